<?php

declare(strict_types=1);

namespace App;

use PDO;
use PDOException;
use RuntimeException;
use SensitiveParameter;

/** How the database is reached. DATABASE_URL comes with it; nothing is written down here. */
final class Database
{
    /** For as long as somebody waits for an answer. */
    private const PATIENCE_SECONDS = 15;

    /** What MariaDB says when it is coming, going or gone: it restarts, or moves.
     *  https://mariadb.com/kb/en/mariadb-error-code-reference/ */
    private const AWAY = [1040, 1053, 1077, 1079, 1927, 2002, 2003, 2006, 2013];

    private ?PDO $connection = null;

    public function __construct(#[SensitiveParameter] private readonly string $url)
    {
    }

    public static function fromEnvironment(): self
    {
        return new self(getenv('DATABASE_URL') ?: throw new RuntimeException('DATABASE_URL is not set'));
    }

    /** Rows of a statement that may be run twice: it is run again while the database is away. */
    public function ask(string $statement, array $parameters = [], float $patienceSeconds = self::PATIENCE_SECONDS): array
    {
        $deadline = microtime(true) + $patienceSeconds;
        while (true) {
            try {
                $prepared = $this->connection()->prepare($statement);
                $prepared->execute($parameters);
                return $prepared->columnCount() > 0 ? $prepared->fetchAll() : [];
            } catch (PDOException $error) {
                if (!in_array($error->errorInfo[1] ?? null, self::AWAY, true) || microtime(true) >= $deadline) {
                    throw $error;
                }
                $this->connection = null;
                usleep(100_000);
            }
        }
    }

    public function connection(): PDO
    {
        return $this->connection ??= $this->connect();
    }

    private function connect(): PDO
    {
        $parts = array_map(rawurldecode(...), array_map(strval(...), parse_url($this->url) ?: []));
        $dsn = sprintf(
            'mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4',
            $parts['host'] ?? '',
            $parts['port'] ?? '3306',
            ltrim($parts['path'] ?? '', '/'),
        );
        return new PDO($dsn, $parts['user'] ?? null, $parts['pass'] ?? null, [
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_EMULATE_PREPARES => false,
            PDO::ATTR_TIMEOUT => 5,
        ]);
    }
}

<?php

declare(strict_types=1);

namespace App;

use PDOException;

/** What is answered, apart from how it travels, so that it can be tested without a server. */
final readonly class App
{
    private const MAX_LENGTH = 1000;

    public function __construct(private Notes $notes)
    {
    }

    public function answer(string $method, string $path, string $body = ''): Answer
    {
        try {
            return match ("$method $path") {
                'GET /' => new Answer(200, $this->notes->newest()),
                'POST /' => $this->add(trim($body)),
                'GET /healthz' => $this->health(),
                default => new Answer(404, ['error' => 'no such page']),
            };
        } catch (PDOException $error) {
            // What the database says goes to the log, not to whoever asks.
            error_log("$method $path: {$error->getMessage()}");
            return new Answer(503, ['error' => 'not now']);
        }
    }

    private function add(string $text): Answer
    {
        if ($text === '' || !mb_check_encoding($text, 'UTF-8') || mb_strlen($text) > self::MAX_LENGTH) {
            return new Answer(400, ['error' => 'a note has 1 to 1000 characters']);
        }
        return new Answer(201, $this->notes->add($text));
    }

    /** Whether the app can do its work: it reaches the database. */
    private function health(): Answer
    {
        $this->notes->check();
        return new Answer(200, ['ok' => true]);
    }
}

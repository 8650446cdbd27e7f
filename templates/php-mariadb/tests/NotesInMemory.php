<?php

declare(strict_types=1);

namespace App\Tests;

use App\Notes;
use PDOException;

/** Stands in for the database, which the tests do without. */
final class NotesInMemory implements Notes
{
    public bool $isThere = true;
    private array $notes = [];

    public function newest(): array
    {
        return array_reverse($this->notes);
    }

    public function add(string $text): array
    {
        return $this->notes[] = ['id' => (string) count($this->notes), 'text' => $text, 'at' => 'now'];
    }

    public function check(): void
    {
        if (!$this->isThere) {
            throw new PDOException('SQLSTATE[HY000] [2002] no route to 10.0.0.1');
        }
    }
}

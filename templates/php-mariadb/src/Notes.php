<?php

declare(strict_types=1);

namespace App;

interface Notes
{
    /** @return list<array{id: string, text: string, at: string}> the newest first */
    public function newest(): array;

    /** @return array{id: string, text: string} */
    public function add(string $text): array;

    /** @throws \PDOException when the database does not answer */
    public function check(): void;
}

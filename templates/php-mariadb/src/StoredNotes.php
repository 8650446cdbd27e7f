<?php

declare(strict_types=1);

namespace App;

/** Notes in the database. */
final readonly class StoredNotes implements Notes
{
    public function __construct(private Database $database)
    {
    }

    public function newest(): array
    {
        return $this->database->ask('select id, text, at from notes order by at desc limit 20');
    }

    /** The note has its id before it is written: to write it again, when nobody knows whether it was, makes no second one. */
    public function add(string $text): array
    {
        $id = bin2hex(random_bytes(16));
        $this->database->ask('insert into notes (id, text) values (?, ?) on duplicate key update id = id', [$id, $text]);
        return ['id' => $id, 'text' => $text];
    }

    public function check(): void
    {
        $this->database->ask('select 1', patienceSeconds: 0);
    }
}

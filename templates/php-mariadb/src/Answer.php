<?php

declare(strict_types=1);

namespace App;

final readonly class Answer
{
    public function __construct(public int $status, public array $body)
    {
    }
}

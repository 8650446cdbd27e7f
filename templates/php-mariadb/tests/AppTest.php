<?php

declare(strict_types=1);

namespace App\Tests;

use App\App;
use PHPUnit\Framework\TestCase;

final class AppTest extends TestCase
{
    private NotesInMemory $notes;
    private App $app;

    protected function setUp(): void
    {
        $this->notes = new NotesInMemory();
        $this->app = new App($this->notes);
    }

    public function testANoteIsKeptWithoutTheSpaceAroundIt(): void
    {
        self::assertSame(201, $this->app->answer('POST', '/', "  buy milk \n")->status);
        self::assertSame(['buy milk'], array_column($this->app->answer('GET', '/')->body, 'text'));
    }

    public function testWhatIsNoNoteIsRefused(): void
    {
        foreach ([' ', str_repeat('x', 1001), "\xff"] as $body) {
            self::assertSame(400, $this->app->answer('POST', '/', $body)->status);
        }
        self::assertSame(201, $this->app->answer('POST', '/', str_repeat('우', 1000))->status);
        self::assertCount(1, $this->notes->newest());
    }

    public function testItIsWellWhileTheDatabaseIs(): void
    {
        self::assertSame(['ok' => true], $this->app->answer('GET', '/healthz')->body);
        $this->notes->isThere = false;
        // Where the database is goes to the log alone.
        ini_set('error_log', '/dev/null');
        $answer = $this->app->answer('GET', '/healthz');
        self::assertSame(503, $answer->status);
        self::assertStringNotContainsString('10.0.0.1', json_encode($answer->body));
    }

    public function testThereAreNoOtherPages(): void
    {
        self::assertSame(404, $this->app->answer('GET', '/secret')->status);
        self::assertSame(404, $this->app->answer('DELETE', '/')->status);
    }
}

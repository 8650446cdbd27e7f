<?php

declare(strict_types=1);

// Every request begins here: GET / lists notes, POST / adds one.

require __DIR__ . '/../vendor/autoload.php';

use App\App;
use App\Database;
use App\StoredNotes;

$app = new App(new StoredNotes(Database::fromEnvironment()));
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/';
// Of what is too long as much as shows that.
$body = (string) file_get_contents('php://input', length: 10_000);
$answer = $app->answer($_SERVER['REQUEST_METHOD'], $path, $body);

http_response_code($answer->status);
header('Content-Type: application/json');
echo json_encode($answer->body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";

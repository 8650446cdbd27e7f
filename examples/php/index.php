<?php

declare(strict_types=1);

// Greets whoever asks.

header('Content-Type: application/json');
echo json_encode(['hello' => $_GET['name'] ?? 'world']), "\n";

<?php

declare(strict_types=1);

// The release step: brings the schema to what this version needs, before it is started. Each migration runs once. MariaDB
// changes tables at once, in no transaction: a migration that fails halfway stays half done, so one file has one change.

require __DIR__ . '/vendor/autoload.php';

use App\Database;

$step = 'the table of migrations';
try {
    $connection = Database::fromEnvironment()->connection();
    // Two migrations at once wait for each other; the lock goes with the connection.
    if ($connection->query("select get_lock('migrations', 60)")->fetchColumn() !== 1) {
        throw new RuntimeException('another migration has been running for a minute');
    }
    $connection->exec(
        'create table if not exists migrations (name varchar(200) primary key, at timestamp not null default current_timestamp)',
    );
    $done = $connection->query('select name from migrations')->fetchAll(PDO::FETCH_COLUMN);
    foreach (glob(__DIR__ . '/migrations/*.sql') as $file) {
        $name = basename($file);
        if (in_array($name, $done, true)) {
            continue;
        }
        $step = $name;
        $statements = $connection->query(file_get_contents($file));
        // What a later statement of a file says is only heard by asking for it.
        while ($statements->nextRowset()) {
        }
        $connection->prepare('insert into migrations (name) values (?)')->execute([$name]);
        echo "migrated: $name\n";
    }
} catch (PDOException | RuntimeException $error) {
    fwrite(STDERR, "$step: {$error->getMessage()}\n");
    exit(1);
}

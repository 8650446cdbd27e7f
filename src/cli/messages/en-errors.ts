/** The sentences of the command line's own failures: what happened, where, what to do. */
export const enErrors = {
  'error.unknownCommand': 'unknown command "{word}". naru --help lists the commands.',
  'error.unknownCommandNear': 'unknown command "{word}". Did you mean "{near}"?',
  'error.unknownOption': 'unknown option {word}. {help} lists the options.',
  'error.unknownOptionNear': 'unknown option {word}. Did you mean {near}? {help} lists the options.',
  'error.unknownOptionOfCommand':
    'unknown option {word}. Options of the command that is to run come after --, as in: {usage}',
  'error.missingArgument': 'naru {command} needs <{argument}>. Usage: {usage}',
  'error.missingOptionValue': 'the option {option} needs a value. {help} says which.',
  'error.emptyArgument':
    '{what} of naru {command} is empty. A variable that the shell does not know makes it so: say what is meant, or leave it out.',
  'error.tooManyArguments': '{command} was given too many arguments. Usage: {usage}',
  'error.badOptionValue': '{option} cannot be "{value}"; expected is: {expected}.',
  'error.optionNeeds': '{option} is used with {needed} only, and {needed} was not given.',
  'error.optionUnfit': '{option} does not go with "naru {command}". naru {name} --help lists the options.',
  'error.optionsExclude': '{option} and {other} cannot be used together.',
  'error.folderMissing':
    'the folder {path} does not exist. Give the folder that holds the source: naru deploy <folder>',
  'error.folderNotDirectory':
    '{path} is not a folder. Give the folder that holds the source, or a war or jar file: naru deploy <folder>',
  'error.folderUnreadable':
    'the folder {path} cannot be read: permission denied. Run as its owner, or give this user the right to read it.',
  'error.folderNotEmpty': '{path} is there and not empty. Give a folder that is new: naru init <folder>',
  'error.folderUnwritable': '{path} cannot be made or written to: {reason}. Give a folder that this user may make.',
  'error.templateUnknown': 'there is no template "{name}". There is: {known}. A folder or a git URL will do, too.',
  'error.templateMissing':
    'what shall it begin with? Templates are: {known}. As in: naru init {folder} --template node-web',
  'error.templateUnreadable': 'the template {source} cannot be had: {reason}. Nothing was written.',
  'error.nameInvalid':
    '"{name}" cannot name an app: names are at most 32 lower-case letters, digits and hyphens and begin with a letter. Try: --name {example}',
  'error.nameUnclear':
    'no name for the app can be made from the folder {folder}. Give one with --name, as in --name my-app',
  'error.scoreInvalid': 'the Score file cannot be used; docs/app-description.md says what it may have:\n{details}',
  'error.namespaceInvalid':
    '"{name}" cannot name a namespace: names are at most 63 lower-case letters, digits and hyphens. Give another with --namespace.',
  'error.confirmationNeeded': 'this cannot be undone and there is no terminal to ask on. Say so with: {command}',
  'error.notConfirmed': 'nothing was changed.',
  'error.contextUnsupported':
    'naru {command} works on Naru\'s own engine only, not on context "{context}". Leave --context out.',
  'error.contextUnusable':
    'the context "{context}" cannot be used: {reason}. kubectl config get-contexts lists those there are.',
  'error.engineDown': 'Naru is not running. Start it with: naru up',
  'error.engineDied':
    'the engine (process {pid}) ended while the deploy was under way. What was acknowledged is kept; run "naru up", then deploy again.',
  'error.engineFailed': 'the engine could not start: {message}. {hint}',
  'error.engineSilent': 'the engine ended while starting ({code}) without saying why. Its log is {log}.',
  'error.engineSettings':
    'Naru already runs with {option} {actual}, not {wanted}. Stop it with naru down, then start it again with the new setting.',
  'error.engineStuck':
    'the engine was not ready after {seconds} s. Its log is {log}; naru doctor looks at the machine.',
  'error.engineWillNotStop':
    'process {pid} did not end within {seconds} s of being asked to. Look at it with: ps -fp {pid}',
  'error.purgeFailed': 'not everything could be removed: {reason}. Run naru down --purge again once that is mended.',
  'error.kubeconfigMalformed':
    'the kubeconfig {path} cannot be read and was left as it is: {reason}. Mend it, or choose another file with KUBECONFIG.',
  'error.appUnknown': 'there is no app "{name}" in namespace {namespace}. There is: {known}. naru apps lists all.',
  'error.appUnknownNoApps': 'there is no app "{name}" in namespace {namespace}, nor any other. naru deploy makes one.',
  'error.podUnknown':
    'there is no pod "{name}" in namespace {namespace}. There is: {known}. --namespace names another namespace.',
  'error.podUnknownNone':
    'there is no pod "{name}" in namespace {namespace}, nor any other. naru deploy makes an app with pods; --namespace names another namespace.',
  'error.appNoPods': 'the app {name} has no pods, so there is no output. naru apps shows its state.',
  'error.appNoUrl': 'the app {name} has no URL yet. naru apps shows its state.',
  'error.releaseUnknown':
    'the app {name} has no release {release}. There is: {known}. naru releases {name} lists them.',
  'error.noEarlierRelease':
    'the app {name} has no earlier release that was up, so there is none to go back to. naru releases {name} lists them.',
  'error.resourceUnknown': 'there is no resource "{name}" in namespace {namespace}. There is: {known}.',
  'error.resourceUnknownNone':
    'there is no resource "{name}" in namespace {namespace}, nor any other. naru add postgres makes one; naru resources lists those of all namespaces.',
  'error.resourceTypeUnknown': 'nothing makes resources of the type {type}. There is: {known}.',
  'error.resourceTaken': 'there is a resource "{name}" of the type {type} already. Name this one otherwise, with --as.',
  'error.resourceImageNeeded': "images are only built for Naru's own engine. Name one of {type} with --image.",
  'error.warMissing':
    'there is no web app for Tomcat at {path}. Name a war file, or a folder whose pom.xml makes one: naru add tomcat shop.war',
  'error.resourceFailed': 'the resource {name} is not ready ({reason}): {message}',
  'error.outputUnknown': 'of {resource} there is no {output}. There is: {known}.',
  'error.outputUnknownNone':
    '{resource} gives no {output}, nor anything else yet. naru resources shows whether it is ready; then try again.',
  'error.databaseNone':
    'the app {app} has no database that could be spoken to. Name the resource, as naru resources lists it, or add one: naru add postgres',
  'error.databaseUnclear': 'the app {app} has several databases. Name one of them: {names}',
  'error.databaseDown':
    'the server of {name} does not run: {reason}. kubectl describe pods -l apps.naru.dev/resource={name} says more.',
  'error.shellUnsupported':
    'nothing says how the server of {name} ({type}) is spoken to: its Provisioner has no commands.shell. naru port-forward and a client of your own reach it.',
  'error.dumpUnsupported':
    '{name} ({type}) cannot be dumped or restored: {reason}. What it stores outlives it with naru add {type} -p retain=true, where the type has that parameter.',
  'error.dumpFailed': 'the dump of {name} failed: {reason}\nNo file was left.',
  'error.dumpUnusable': '{path} cannot be restored: {reason}\nNothing was changed.',
  'error.dumpRefused': '{name} has not taken {path}: {reason}\nNothing was changed.',
  'error.dumpHalfTaken': '{name} has taken only a part of {path}: {reason}\nRestore a dump that it takes.',
  'error.restoreUnclear':
    'the server of {name} ended, or the connection to it, while it took {path}: {reason}\nIt keeps what it had before or what is in the dump. Look at it with naru db shell {name}, and restore again where it has not come to its end.',
  'error.processUnknown': 'the app {name} has no process "{process}" that runs all the time. There is: {known}.',
  'error.processUnknownNone':
    'the app {name} has no process "{process}", nor any other that runs all the time. naru cron list --app {name} shows what runs by the clock.',
  'error.cronUnknown':
    'of {name} nothing called "{process}" runs by the clock. There is: {known}. naru cron list shows it.',
  'error.cronUnknownNone':
    "of {name} nothing runs by the clock. This makes something: naru cron add nightly '0 3 * * *' --app {name} -- <command…>",
  'error.cronLast': '{process} is all that there is of {name}. naru delete {name} removes the app.',
  'error.routeUnknown': 'the app {name} has no route {route}. There is: {known}.',
  'error.routeUnknownNone':
    'the app {name} has no route {route}, nor any other of its own. This makes one: naru route add {route} --app {name}',
  'error.certificateUnreadable': '{path} cannot be read: {reason}.',
  'error.certificateMalformed': '{path} has no certificate in PEM that can be read.',
  'error.certificateKeyMalformed':
    '{path} has no private key in PEM, or one with a passphrase. openssl pkey -in {path} writes it without one.',
  'error.certificateKeyOther':
    "{key} is not the key of the first certificate in {cert}. The server's own certificate comes first in its file.",
  'error.certificateOtherHost': '{cert} is not for {host}. It is for: {names}.',
  'error.certificateNoHost':
    '{cert} is for no host: it has no subjectAltName, without which clients do not look at its name. Have it made with one: DNS:{host}',
  'error.certificateNotValid': '{cert} is valid from {from} to {to}, and not now.',
  'error.trafficSum': 'the percentages make {sum}; together they must make 100, as in: naru traffic v12=90 v13=10',
  'error.variableInvalid':
    'that cannot name a variable: names are letters, digits and underscores and do not begin with a digit, as in: naru env set NAME=value',
  'error.variableWithoutValue':
    '{name} has no value. Write {name}=value, or give one variable alone its value on stdin: naru env set {name} < file',
  'error.variablesUnreadable': '{path} cannot be read: {reason}. Give a .env file, or - for stdin.',
  'error.restartFailed':
    'of {name}, {count} pods have not come up again. The others go on serving. naru ps {name} shows how they are.',
  'error.lastDumpFailed':
    'a last dump of {name} cannot be kept: {reason}\nNothing was removed. Mend it and try again, or say that it shall be lost, with --no-dump.',
  'error.backupsElsewhere':
    '{name} runs elsewhere, and whoever runs it makes its backups. naru db dump {name} copies what it keeps to a file.',
  'error.elsewhereUnclear':
    '{name} runs elsewhere, and its Secret "{secret}" does not say how it is spoken to: {reason}. A uri does ({known}), or type, host, port, username, password and database.',
  'error.backupsOff':
    'no backups are made of {name}. This switches them on: naru add {type} --as {name} --no-bind -p backup=daily',
  'error.backupUnknown': 'there is no backup "{backup}" of {name}. There is: {known}.',
  'error.backupUnknownNone':
    'there is no backup "{backup}" of {name}, nor any other. naru db backups now {name} makes one.',
  'error.backupFailed': 'no backup of {name} was made: {reason}\nEarlier ones are as they were.',
  'error.noRelease': 'the app {name} has no release yet. naru apps shows its state; naru deploy makes one.',
  'error.noPodRuns': 'of the process "{process}" of {name} no pod is up. naru ps {name} shows how they are.',
  'error.runFailed': 'the pod {pod} for the command does not start: {reason}.',
  'error.commandNotFound':
    'there is no program "{program}" in the image of {pod}. What comes after -- is a program and its arguments, without a shell; for shell words: -- sh -c "…". naru exec alone opens a shell to look around.',
  'error.commandNotExecutable':
    '"{program}" in {pod} is not a program: it is a folder, or a file that may not be executed. Name what runs it, as in: -- node {program}; or make it executable (chmod +x) and deploy again.',
  'error.copyFailed': 'it could not be copied: {reason}',
  'error.copyNoTar':
    'the image of {pod} has no tar, with which files are copied. Images that Naru assembles have it; put one into yours, or use a volume.',
  'error.portUnusable':
    'port {port} of this machine cannot be used: it is taken, or only root may. Name another, as in: naru port-forward 15432:5432',
  'error.apiUnreachable': 'the Kubernetes API cannot be reached: {reason}. naru status shows whether the engine runs.',
  'error.apiRefused': 'the Kubernetes API refused: {reason}',
  'error.buildFailed': 'the build failed ({reason}). {details}',
  'error.buildRefused': 'this cannot be built ({reason}). {details}',
  'error.rolloutFailed': 'the new version of {name} (namespace {namespace}) does not serve. {details}',
  'error.trustNoAuthority': 'there is no authority for the certificates of apps yet. naru up makes it.',
  'error.trustStoreUnknown':
    'this system has no store of trusted authorities that Naru knows. Add {path} to it by hand.',
  'error.trustNeedsRoot': 'only root may change the store of the system. Run: {command}',
  'error.trustFailed': 'the store in {folder} could not be brought up to date: {reason}',
  'error.fixUnsupported':
    'this machine has no apt-get, so naru doctor cannot install what is missing. Install what your system calls: {packages}',
  'error.fixFailed': 'apt-get could not install the packages. Tried: {command}\n{output}',
  'error.engineRuns': 'Naru is running, and its state cannot be replaced under it. Stop it first with: naru down',
  'error.backupUnusable': '{path} cannot be restored: {reason}. Nothing was changed.',
  'error.backupUnwritable':
    'the backup {path} cannot be written: {reason}. Name a file in a folder that is there, and that this user may write to.',
  'error.nothingToBackUp': 'there is no state in {folder} yet, so there is nothing to back up. naru up makes one.',
  'error.diskFull': 'the disk is full: {reason}. Free some space and try again; nothing that was running has changed.',
  'error.unexpected':
    'something went wrong that should not have: {reason}. Set NARU_DEBUG=1 to see where, and please report it.',
} as const

/** 명령줄 자신의 오류 문장: 무슨 일이, 어디에서, 어떻게 하면 되는지. */
import type { enErrors } from './en-errors.ts'

export const koErrors: Record<keyof typeof enErrors, string> = {
  'error.unknownCommand': '"{word}" 명령은 없습니다. naru --help 로 명령 목록을 볼 수 있습니다.',
  'error.unknownCommandNear': '"{word}" 명령은 없습니다. "{near}" 명령을 뜻하셨습니까?',
  'error.unknownOption': '{word} 옵션은 없습니다. {help} 로 옵션 목록을 볼 수 있습니다.',
  'error.unknownOptionNear':
    '{word} 옵션은 없습니다. {near} 옵션을 뜻하셨습니까? {help} 로 옵션 목록을 볼 수 있습니다.',
  'error.unknownOptionOfCommand': '{word} 옵션은 없습니다. 실행할 명령의 옵션은 -- 뒤에 쓰십시오. 예: {usage}',
  'error.missingArgument': 'naru {command} 명령에는 <{argument}> 인수가 필요합니다. 사용법: {usage}',
  'error.missingOptionValue': '{option} 옵션에는 값이 필요합니다. {help} 에 설명이 있습니다.',
  'error.emptyArgument':
    'naru {command} 명령의 {what} 값이 비어 있습니다. 셸에 없는 변수를 쓰면 이렇게 됩니다. 값을 지정하거나 빼고 실행하십시오.',
  'error.tooManyArguments': '{command} 명령의 인수가 너무 많습니다. 사용법: {usage}',
  'error.badOptionValue': '{option} 값으로 "{value}" 값은 쓸 수 없습니다. 쓸 수 있는 값: {expected}.',
  'error.optionNeeds': '{option} 옵션은 {needed} 옵션과 함께 쓸 때만 뜻이 있는데 {needed} 옵션이 없습니다.',
  'error.optionUnfit':
    '{option} 옵션은 "naru {command}" 명령에 쓸 수 없습니다. naru {name} --help 로 옵션 목록을 볼 수 있습니다.',
  'error.optionsExclude': '{option} 옵션과 {other} 옵션은 함께 쓸 수 없습니다.',
  'error.folderMissing': '{path} 폴더가 없습니다. 소스가 있는 폴더를 지정하십시오: naru deploy <폴더>',
  'error.folderNotDirectory':
    '{path} 경로는 폴더가 아닙니다. 소스가 있는 폴더나 war, jar 파일을 지정하십시오: naru deploy <폴더>',
  'error.folderUnreadable':
    '{path} 폴더를 읽을 권한이 없습니다. 폴더의 소유자로 실행하거나 이 사용자에게 읽기 권한을 주십시오.',
  'error.folderNotEmpty': '{path} 폴더가 이미 있고 비어 있지 않습니다. 새 폴더를 지정하십시오: naru init <폴더>',
  'error.folderUnwritable':
    '{path} 폴더를 만들거나 쓸 수 없습니다: {reason}. 이 사용자가 만들 수 있는 폴더를 지정하십시오.',
  'error.templateUnknown': '"{name}" 템플릿이 없습니다. 있는 것: {known}. 폴더나 git URL도 됩니다.',
  'error.templateMissing': '무엇으로 시작할지 정하십시오. 템플릿: {known}. 예: naru init {folder} --template node-web',
  'error.templateUnreadable': '{source} 템플릿을 가져올 수 없습니다: {reason}. 아무것도 쓰지 않았습니다.',
  'error.nameInvalid':
    '"{name}" 이름은 앱에 쓸 수 없습니다. 이름은 32자 이하의 영문 소문자, 숫자, 하이픈으로 쓰고 영문자로 시작해야 합니다. 이렇게 해 보십시오: --name {example}',
  'error.nameUnclear': '{folder} 폴더에서 앱 이름을 만들 수 없습니다. --name my-app 처럼 이름을 지정하십시오.',
  'error.scoreInvalid':
    'Score 파일을 사용할 수 없습니다. 쓸 수 있는 내용은 docs/app-description.md 에 있습니다:\n{details}',
  'error.namespaceInvalid':
    '"{name}" 이름은 네임스페이스에 쓸 수 없습니다. 63자 이하의 영문 소문자, 숫자, 하이픈만 쓸 수 있습니다. --namespace 로 다른 이름을 지정하십시오.',
  'error.confirmationNeeded':
    '되돌릴 수 없는 일이지만 물어볼 터미널이 없습니다. 확실하면 이렇게 실행하십시오: {command}',
  'error.notConfirmed': '아무것도 바꾸지 않았습니다.',
  'error.contextUnsupported':
    'naru {command} 명령은 Naru 자신의 엔진에서만 동작하며 "{context}" 컨텍스트에서는 동작하지 않습니다. --context 를 빼고 실행하십시오.',
  'error.contextUnusable':
    '"{context}" 컨텍스트를 쓸 수 없습니다: {reason}. kubectl config get-contexts 로 목록을 볼 수 있습니다.',
  'error.engineDown': 'Naru가 실행 중이 아닙니다. 시작하려면: naru up',
  'error.engineDied':
    '배포하는 도중에 엔진(프로세스 {pid})이 끝났습니다. 확인된 내용은 모두 남아 있습니다. "naru up"을 실행한 뒤 다시 배포하십시오.',
  'error.engineFailed': '엔진을 시작할 수 없습니다: {message}. {hint}',
  'error.engineSilent': '엔진이 시작하는 도중에 이유를 남기지 않고 끝났습니다 ({code}). 로그: {log}',
  'error.engineSettings':
    'Naru가 이미 {option} {actual} 설정으로 실행 중이며 원하신 값은 {wanted}입니다. naru down 으로 멈춘 뒤 새 설정으로 다시 시작하십시오.',
  'error.engineStuck':
    '엔진이 {seconds}초가 지나도 준비되지 않았습니다. 로그: {log}. naru doctor 로 컴퓨터를 점검할 수 있습니다.',
  'error.engineWillNotStop':
    '프로세스 {pid} 에 종료를 요청했지만 {seconds}초 안에 끝나지 않았습니다. 확인하려면: ps -fp {pid}',
  'error.purgeFailed': '모두 지우지는 못했습니다: {reason}. 원인을 고친 뒤 naru down --purge 를 다시 실행하십시오.',
  'error.kubeconfigMalformed':
    '{path} 파일(kubeconfig)을 읽을 수 없어 그대로 두었습니다: {reason}. 파일을 고치거나 KUBECONFIG로 다른 파일을 지정하십시오.',
  'error.appUnknown':
    '네임스페이스 {namespace} 에 "{name}" 앱이 없습니다. 있는 앱: {known}. naru apps 로 모두 볼 수 있습니다.',
  'error.appUnknownNoApps':
    '네임스페이스 {namespace} 에 "{name}" 앱이 없으며 다른 앱도 없습니다. naru deploy 로 만들 수 있습니다.',
  'error.podUnknown':
    '{namespace} 네임스페이스에 "{name}" 파드가 없습니다. 있는 것: {known}. 다른 네임스페이스는 --namespace 로 정합니다.',
  'error.podUnknownNone':
    '{namespace} 네임스페이스에는 "{name}" 파드도, 다른 파드도 없습니다. naru deploy 로 앱을 배포하면 생깁니다. 다른 네임스페이스는 --namespace 로 정합니다.',
  'error.appNoPods': '{name} 앱에는 파드가 없어 출력이 없습니다. naru apps 로 상태를 볼 수 있습니다.',
  'error.appNoUrl': '{name} 앱에는 아직 URL이 없습니다. naru apps 로 상태를 볼 수 있습니다.',
  'error.releaseUnknown':
    '{name} 앱에는 {release} 릴리스가 없습니다. 있는 것: {known}. 목록은 naru releases {name} 으로 볼 수 있습니다.',
  'error.noEarlierRelease':
    '{name} 앱에는 정상이었던 이전 릴리스가 없어서 돌아갈 곳이 없습니다. 목록은 naru releases {name} 으로 볼 수 있습니다.',
  'error.resourceUnknown': '{namespace} 네임스페이스에 "{name}" 리소스가 없습니다. 있는 것: {known}.',
  'error.resourceUnknownNone':
    '{namespace} 네임스페이스에 "{name}" 리소스도, 다른 리소스도 없습니다. naru add postgres 로 만들 수 있고, naru resources 로 모든 네임스페이스의 리소스를 볼 수 있습니다.',
  'error.resourceTypeUnknown': '{type} 종류의 리소스를 만드는 것이 없습니다. 있는 것: {known}.',
  'error.resourceTaken': '{type} 종류의 "{name}" 리소스가 이미 있습니다. --as 로 다른 이름을 주십시오.',
  'error.resourceImageNeeded':
    '이미지는 나루 자신의 엔진을 위해서만 만듭니다. --image 로 {type} 이미지를 지정하십시오.',
  'error.warMissing':
    '{path} 경로에 Tomcat에서 실행할 웹 앱이 없습니다. war 파일이나 pom.xml 로 war 파일을 만드는 폴더를 지정하십시오: naru add tomcat shop.war',
  'error.resourceFailed': '{name} 리소스가 준비되지 않았습니다 ({reason}): {message}',
  'error.outputUnknown': '{resource} 리소스에는 "{output}" 값이 없습니다. 있는 것: {known}.',
  'error.outputUnknownNone':
    '{resource} 리소스에는 아직 "{output}" 값도, 다른 값도 없습니다. naru resources 로 준비되었는지 확인한 뒤 다시 실행하십시오.',
  'error.databaseNone':
    '{app} 앱에는 접속할 수 있는 데이터베이스가 없습니다. naru resources 에 나오는 이름을 지정하거나 새로 추가하십시오: naru add postgres',
  'error.databaseUnclear': '{app} 앱에는 데이터베이스가 여럿 있습니다. 하나를 지정하십시오: {names}',
  'error.databaseDown':
    '{name} 서버가 실행 중이 아닙니다: {reason}. 자세한 내용: kubectl describe pods -l apps.naru.dev/resource={name}',
  'error.shellUnsupported':
    '{name} ({type}) 서버에 접속하는 방법이 정해져 있지 않습니다. Provisioner에 commands.shell 이 없습니다. naru port-forward 와 자신의 클라이언트로 접속할 수 있습니다.',
  'error.dumpUnsupported':
    '{name} ({type}) 리소스는 덤프하거나 복원할 수 없습니다: {reason}. 그 매개변수가 있는 종류라면 naru add {type} -p retain=true 로 저장한 것을 남길 수 있습니다.',
  'error.dumpFailed': '{name} 덤프에 실패했습니다: {reason}\n남은 파일은 없습니다.',
  'error.dumpUnusable': '{path} 파일을 복원할 수 없습니다: {reason}\n바뀐 것은 없습니다.',
  'error.dumpRefused': '{name} 데이터베이스가 {path} 파일을 받아들이지 않았습니다: {reason}\n바뀐 것은 없습니다.',
  'error.dumpHalfTaken':
    '{name} 데이터베이스가 {path} 파일의 일부만 받아들였습니다: {reason}\n받아들일 수 있는 덤프를 복원하십시오.',
  'error.restoreUnclear':
    '{path} 파일로 {name} 데이터베이스를 복원하는 동안 서버나 연결이 끊겼습니다: {reason}\n이전 내용이나 덤프의 내용 가운데 하나가 들어 있습니다. naru db shell {name} 으로 확인하고, 끝나지 않았으면 다시 복원하십시오.',
  'error.processUnknown': '{name} 앱에는 계속 실행되는 "{process}" 프로세스가 없습니다. 있는 것: {known}.',
  'error.processUnknownNone':
    '{name} 앱에는 "{process}" 프로세스도, 계속 실행되는 다른 프로세스도 없습니다. 정해진 때에 도는 것은 naru cron list --app {name} 으로 볼 수 있습니다.',
  'error.cronUnknown':
    '{name} 앱에는 정해진 때에 도는 "{process}" 프로세스가 없습니다. 있는 것: {known}. naru cron list 로 볼 수 있습니다.',
  'error.cronUnknownNone':
    "{name} 앱에는 시각에 맞춰 실행되는 것이 없습니다. 이렇게 만듭니다: naru cron add nightly '0 3 * * *' --app {name} -- <명령…>",
  'error.cronLast': '{name} 앱에는 {process} 프로세스뿐입니다. naru delete {name} 으로 앱을 지울 수 있습니다.',
  'error.routeUnknown': '{name} 앱에는 {route} 라우트가 없습니다. 있는 것: {known}.',
  'error.routeUnknownNone':
    '{name} 앱에는 {route} 라우트도, 따로 추가한 다른 라우트도 없습니다. 이렇게 추가할 수 있습니다: naru route add {route} --app {name}',
  'error.certificateUnreadable': '{path} 파일을 읽을 수 없습니다: {reason}.',
  'error.certificateMalformed': '{path} 에 읽을 수 있는 PEM 인증서가 없습니다.',
  'error.certificateKeyMalformed':
    '{path} 에 PEM 개인 키가 없거나 암호가 걸려 있습니다. openssl pkey -in {path} 로 암호 없이 쓸 수 있습니다.',
  'error.certificateKeyOther':
    '{key} 파일의 키는 {cert} 파일의 첫 인증서의 키가 아닙니다. 파일에는 서버 인증서가 맨 앞에 있어야 합니다.',
  'error.certificateOtherHost': '{cert} 인증서는 {host} 호스트의 것이 아닙니다. 인증서의 이름: {names}.',
  'error.certificateNoHost':
    '{cert} 인증서에는 호스트가 없습니다. subjectAltName 이 없으면 클라이언트가 믿지 않습니다. DNS:{host} 이름을 넣어 다시 만드십시오.',
  'error.certificateNotValid': '{cert} 인증서의 유효 기간은 {from} 부터 {to} 까지이며 지금은 유효하지 않습니다.',
  'error.trafficSum': '비율의 합이 {sum} 입니다. 합이 100이어야 합니다. 예: naru traffic v12=90 v13=10',
  'error.variableInvalid':
    '변수 이름으로 쓸 수 없습니다. 이름에는 영문자, 숫자, 밑줄만 쓰고 숫자로 시작하지 않습니다. 예: naru env set NAME=value',
  'error.variableWithoutValue':
    '{name} 변수에 값이 없습니다. {name}=value 로 쓰거나, 변수 하나만 주고 값을 표준 입력으로 넣으십시오: naru env set {name} < file',
  'error.variablesUnreadable':
    '{path} 파일을 읽을 수 없습니다: {reason}. .env 파일이나 표준 입력을 뜻하는 - 를 지정하십시오.',
  'error.restartFailed':
    '{name} 앱의 파드 {count}개가 다시 뜨지 않았습니다. 나머지는 계속 응답합니다. 상태는 naru ps {name} 으로 볼 수 있습니다.',
  'error.lastDumpFailed':
    '{name} 의 마지막 덤프를 남길 수 없습니다: {reason}\n아무것도 바꾸지 않았습니다. 고친 뒤 다시 시도하거나, 잃어도 되면 --no-dump 를 붙이십시오.',
  'error.backupsElsewhere':
    '{name} 데이터베이스는 다른 곳에서 실행되며, 백업은 그곳에서 합니다. 내용을 파일로 복사하려면: naru db dump {name}',
  'error.elsewhereUnclear':
    '{name} 데이터베이스는 다른 곳에서 실행되는데, Secret "{secret}" 만으로는 접속하는 방법을 알 수 없습니다: {reason}. uri({known}) 또는 type, host, port, username, password, database 가 있어야 합니다.',
  'error.backupsOff':
    '{name} 데이터베이스는 백업하고 있지 않습니다. 켜려면: naru add {type} --as {name} --no-bind -p backup=daily',
  'error.backupUnknown': '{name} 데이터베이스에는 "{backup}" 백업이 없습니다. 있는 것: {known}.',
  'error.backupUnknownNone':
    '{name} 데이터베이스에는 "{backup}" 백업도, 다른 백업도 없습니다. 백업을 만들려면: naru db backups now {name}',
  'error.backupFailed': '{name} 데이터베이스를 백업하지 못했습니다: {reason}\n이전 백업은 그대로입니다.',
  'error.noRelease':
    '{name} 앱에는 아직 릴리스가 없습니다. 상태는 naru apps 로 볼 수 있고, 릴리스는 naru deploy 로 만듭니다.',
  'error.noPodRuns':
    '{name} 앱의 "{process}" 프로세스에는 실행 중인 파드가 없습니다. 상태는 naru ps {name} 으로 볼 수 있습니다.',
  'error.runFailed': '명령을 실행할 {pod} 파드가 시작되지 않습니다: {reason}.',
  'error.commandNotFound':
    '{pod} 의 이미지에 "{program}" 프로그램이 없습니다. -- 뒤는 셸을 거치지 않는 프로그램과 인자입니다. 셸 문법을 쓰려면 -- sh -c "…" 로 주십시오. naru exec 만 쓰면 셸이 열려 둘러볼 수 있습니다.',
  'error.commandNotExecutable':
    '{pod} 파드에서 "{program}" 파일을 실행할 수 없습니다. 폴더이거나 실행 권한이 없는 파일입니다. 실행할 프로그램을 앞에 적거나(예: -- node {program}) 실행 권한을 주고(chmod +x) 다시 배포하십시오.',
  'error.copyFailed': '복사하지 못했습니다: {reason}',
  'error.copyNoTar':
    '{pod} 의 이미지에는 파일을 복사하는 데 쓰는 tar 가 없습니다. Naru 가 만드는 이미지에는 있습니다. 이미지에 넣거나 볼륨을 쓰십시오.',
  'error.portUnusable':
    '이 컴퓨터의 {port} 포트를 쓸 수 없습니다. 이미 쓰이거나 root만 쓸 수 있습니다. 다른 포트를 지정하십시오. 예: naru port-forward 15432:5432',
  'error.apiUnreachable':
    'Kubernetes API에 연결할 수 없습니다: {reason}. naru status 로 엔진이 실행 중인지 볼 수 있습니다.',
  'error.apiRefused': 'Kubernetes API가 거절했습니다: {reason}',
  'error.buildFailed': '빌드에 실패했습니다 ({reason}). {details}',
  'error.buildRefused': '빌드할 수 없습니다 ({reason}). {details}',
  'error.rolloutFailed': '{name} 앱의 새 버전이 응답하지 않습니다 (네임스페이스 {namespace}). {details}',
  'error.trustNoAuthority': '앱 인증서를 만드는 인증 기관이 아직 없습니다. naru up 으로 만들 수 있습니다.',
  'error.trustStoreUnknown': 'Naru가 아는 인증서 저장소가 이 시스템에 없습니다. {path} 파일을 직접 추가하십시오.',
  'error.trustNeedsRoot': '시스템의 인증서 저장소는 root만 바꿀 수 있습니다. 실행할 명령: {command}',
  'error.trustFailed': '{folder} 저장소를 갱신하지 못했습니다: {reason}',
  'error.fixUnsupported':
    '이 컴퓨터에는 apt-get이 없어 naru doctor 가 설치할 수 없습니다. 시스템에서 이에 해당하는 패키지를 설치하십시오: {packages}',
  'error.fixFailed': 'apt-get이 패키지를 설치하지 못했습니다. 실행한 명령: {command}\n{output}',
  'error.engineRuns': 'Naru가 실행 중이라 상태를 바꿀 수 없습니다. 먼저 naru down 으로 멈추십시오.',
  'error.backupUnusable': '{path} 파일을 복원할 수 없습니다: {reason}. 바뀐 것은 없습니다.',
  'error.backupUnwritable':
    '{path} 백업 파일을 쓸 수 없습니다: {reason}. 이미 있고 이 사용자가 쓸 수 있는 폴더의 파일을 지정하십시오.',
  'error.nothingToBackUp': '{folder} 폴더에 아직 상태가 없어 백업할 것이 없습니다. naru up 으로 시작할 수 있습니다.',
  'error.diskFull':
    '디스크가 가득 찼습니다: {reason}. 공간을 비운 뒤 다시 시도하십시오. 실행 중이던 것은 바뀌지 않았습니다.',
  'error.unexpected':
    '예상하지 못한 문제가 생겼습니다: {reason}. NARU_DEBUG=1 로 실행하면 위치를 볼 수 있습니다. 알려 주시면 고치겠습니다.',
}

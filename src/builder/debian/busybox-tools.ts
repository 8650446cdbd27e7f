/** The tools of busybox that images have under their usual names (the Debian package ships the one binary alone). Not
 *  there: what administers hosts, and shells, which dash is. */
export const BUSYBOX_TOOLS: readonly string[] =
  `[ ar arch awk base64 basename bc bunzip2 bzcat bzip2 cal cat chgrp chmod chown clear cmp cp cpio crc32 cut
  date dc dd df diff dirname dos2unix du echo egrep env expand expr factor fallocate false fgrep find fold free
  getopt grep groups gunzip gzip head hexdump hostid hostname id ionice ip kill killall less link ln logger ls lzcat
  md5sum mkdir mkfifo mktemp more mv nc netstat nl nologin nproc nslookup od paste patch pidof ping ping6 printf ps pwd
  readlink realpath renice reset rev rm rmdir run-parts sed seq setsid sha1sum sha256sum sha512sum shred shuf sleep sort
  stat strings stty sync tac tail tar tee telnet test time timeout top touch tr true truncate tty uname uncompress
  unexpand uniq unix2dos unlink unxz unzip uptime usleep vi watch wc wget which who whoami xargs xxd xz xzcat yes zcat`.split(
    /\s+/,
  )

# Preloads a script of the runtime into every Node process of a command. Sourced by the shell that
# runs the command, in the project's working directory, with two names set: selfopt_script, the
# script to preload, and selfopt_request, the file that it reads; both in this file's folder.
#
# NODE_OPTIONS does it for most commands. Some set it anew, `NODE_OPTIONS=--x jest`, which would take
# the preload out; so `node` on the PATH becomes a script that puts it back.

selfopt_home="$PWD/node_modules/.selfopt"
export SELFOPT_PROBE="$selfopt_home/$selfopt_request"
selfopt_option="--require \"$(printf %s "$selfopt_home/$selfopt_script" | sed 's/[\\"]/\\&/g')\""
export NODE_OPTIONS="$selfopt_option${NODE_OPTIONS:+ $NODE_OPTIONS}"

# Text as one word of a shell.
selfopt_word() {
  printf "'"
  printf %s "$1" | sed "s/'/'\\\\''/g"
  printf "'"
}

if selfopt_node="$(command -v node)"; then
  mkdir -p "$selfopt_home/bin"
  {
    echo '#!/bin/sh'
    echo "option=$(selfopt_word "$selfopt_option")"
    # Without the request, this process is not meant to be looked at.
    echo 'case "${SELFOPT_PROBE:+$NODE_OPTIONS $option}" in'
    echo '  "" | *"$option"*"$option") ;;'
    echo '  *) export NODE_OPTIONS="$option${NODE_OPTIONS:+ $NODE_OPTIONS}" ;;'
    echo 'esac'
    echo "exec $(selfopt_word "$selfopt_node") \"\$@\""
  } > "$selfopt_home/bin/node"
  chmod +x "$selfopt_home/bin/node"
  export PATH="$selfopt_home/bin:$PATH"
fi

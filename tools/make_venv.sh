#!/bin/sh
# Make the virtual environment VENV with PYTHON; on a bare Debian, install what `python3 -m venv` lacks.
set -eu
python=$1
venv=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "vertebra needs Python 3.11 or newer; '$python' is not. Type: make PYTHON=python3.12" >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "this Python cannot make virtual environments yet: installing Debian's python3-venv" >&2
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq && apt-get install -y -qq python3-venv
    else
        sudo apt-get update -qq && sudo apt-get install -y -qq python3-venv
    fi
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"

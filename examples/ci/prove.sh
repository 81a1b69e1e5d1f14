#!/bin/sh
# Proves what a pull request changes, and writes the proof into the job summary.
#
#   prove.sh BASE [HEAD]
#
# BASE and HEAD are commits or branches; both must be fetched with their
# history. What HEAD adds to their merge base is proved.
#
# Environment:
#   SELFOPT              the program [selfopt]
#   SELFOPT_FLAGS        more flags for it, separated by blanks
#   REQUIRE_PROOF        `true` fails when the change is not proved
#   GITHUB_STEP_SUMMARY  where the proof goes [standard output]
#
# Exit codes: 0 the change is proved, or it is not and that is allowed; 10 it
# is not proved and REQUIRE_PROOF is `true`; any other is selfopt's own: 2
# wrong usage, 3 the repository is broken, 4 the machine is too noisy, 70 an
# internal error.
set -u

if [ "$#" -lt 1 ] || [ "$#" -gt 2 ]; then
  echo "usage: prove.sh BASE [HEAD]" >&2
  exit 2
fi

proof=$(mktemp) || exit 70
trap 'rm -f "$proof"' EXIT

status=0
# SELFOPT_FLAGS is a list of words.
# shellcheck disable=SC2086
"${SELFOPT:-selfopt}" prove --range "$1...${2:-HEAD}" --format markdown ${SELFOPT_FLAGS:-} \
  > "$proof" || status=$?

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$proof" >> "$GITHUB_STEP_SUMMARY"
else
  cat "$proof"
fi

case $status in
  0) echo "the change is proved" >&2 ;;
  10)
    echo "the change is not proved: the summary says why" >&2
    [ "${REQUIRE_PROOF:-false}" = true ] || status=0
    ;;
  *) echo "selfopt ended with $status" >&2 ;;
esac
exit "$status"

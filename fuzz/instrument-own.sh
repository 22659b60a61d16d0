#!/bin/sh
# A wrapper of rustc for fuzz/run.sh: the connector and openapi-tools are compiled with the flags in SANCOV,
# except for build scripts, which cargo compiles without --target.
case " $* " in
*" --crate-name tokportal_connector "*" --target "* | *" --crate-name openapi_tools "*" --target "*)
  # The flags are words.
  # shellcheck disable=SC2086
  exec "$@" $SANCOV
  ;;
esac
exec "$@"

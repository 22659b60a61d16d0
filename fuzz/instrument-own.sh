#!/bin/sh
# A wrapper of rustc for fuzz/run.sh: the connector and openapi-tools are compiled with the flags in SANCOV.
case " $* " in
*" --crate-name tokportal_connector "* | *" --crate-name openapi_tools "*)
  # The flags are words.
  # shellcheck disable=SC2086
  exec "$@" $SANCOV
  ;;
esac
exec "$@"

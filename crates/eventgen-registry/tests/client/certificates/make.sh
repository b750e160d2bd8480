#!/bin/sh
# Makes the certificates of the test `tls`: an authority, a server on localhost and a client, valid for a hundred years.
set -eu
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/CN=eventgen test authority" \
    -keyout ca.key.pem -out ca.pem
for name in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$name.key.pem" -out "$name.csr"
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' > "$name.ext"
    openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key.pem -days 36500 -extfile "$name.ext" -out "$name.pem"
done
rm -f ca.key.pem ./*.csr ./*.ext ./*.srl

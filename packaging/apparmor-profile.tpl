# Lets the sandbox of Lavida Studio make user namespaces, which Ubuntu 24.04 refuses to programs without a profile.
# Everything else is as it is without one: the sandbox itself is Chromium's.
abi <abi/4.0>,
include <tunables/global>

profile "${executable}" "/opt/${sanitizedProductName}/${executable}" flags=(unconfined) {
  userns,

  include if exists <local/${executable}>
}

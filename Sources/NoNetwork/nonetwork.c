// Takes the place of the parts of libgit2 that speak TLS, ssh and Kerberos.
//
// Deed leaves the network to git and never asks libgit2 for a remote. Without these parts and their
// libraries, and the certificates that libgit2 reads whenever it starts, the program starts in a
// third of the time, runs where they are not installed, and cannot reach a network by itself. The
// linker takes these functions for those of the same names, and would say so if any were missing.

#define UNUSED(function) \
  int function(void);    \
  int function(void) { return -1; }

int git_mbedtls_stream_global_init(void);
int git_transport_ssh_global_init(void);

int git_mbedtls_stream_global_init(void) { return 0; }
int git_transport_ssh_global_init(void) { return 0; }

UNUSED(git_http_auth_negotiate)
UNUSED(git_mbedtls__set_cert_location)
UNUSED(git_mbedtls_stream_new)
UNUSED(git_mbedtls_stream_wrap)
UNUSED(git_smart_subtransport_ssh)
UNUSED(git_transport_ssh_with_paths)

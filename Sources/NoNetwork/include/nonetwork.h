#ifndef NONETWORK_H
#define NONETWORK_H
// Nothing to call: linked for the symbols that libgit2 asks for.
#endif

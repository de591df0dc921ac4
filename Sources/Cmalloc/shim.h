#ifndef CMALLOC_SHIM_H
#define CMALLOC_SHIM_H

// What glibc's allocator can be told: Swift's own module of glibc leaves it out.
#include <malloc.h>

#endif

#ifndef CCMARK_SHIM_H
#define CCMARK_SHIM_H

#if !__has_include(<cmark-gfm.h>)
#error "cmark-gfm is missing. Run script/setup, or: sudo apt-get install libcmark-gfm-dev"
#endif
#if !__has_include(<cmark-gfm-core-extensions.h>)
#error "cmark-gfm's extensions are missing. Run script/setup, or: sudo apt-get install libcmark-gfm-extensions-dev"
#endif

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#endif

#ifndef CDEFLATE_SHIM_H
#define CDEFLATE_SHIM_H

#if !__has_include(<libdeflate.h>)
#error "libdeflate is missing. Run script/setup, or: sudo apt-get install libdeflate-dev"
#endif

#include <libdeflate.h>

#endif

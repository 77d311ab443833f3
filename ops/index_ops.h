/* The descriptors of the index family, for its table in index.c. Private to ops/. */
#ifndef OPS_INDEX_OPS_H
#define OPS_INDEX_OPS_H

#define AG_NO_SITES
#include <autograd/extend.h>

#endif

/* The figure in sentences. */
#ifndef VIZ_ALT_TEXT_H
#define VIZ_ALT_TEXT_H

#include "viz/record/record.h"

void viz__alt(viz__out *out, viz__record *r);

#endif

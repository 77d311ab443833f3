/* The printed trace, and a figure in sentences. Private to viz/. */
#ifndef VIZ_TRACE_H
#define VIZ_TRACE_H

#include "viz/record/record.h"

void viz__trace_draw(viz__out *out, viz__record *r);
void viz__alt(viz__out *out, viz__record *r);

#endif

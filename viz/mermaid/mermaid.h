/* The Mermaid writer. Private to viz/. */
#ifndef VIZ_MERMAID_H
#define VIZ_MERMAID_H

#include "viz/record/record.h"

void viz__mermaid_draw(viz__out *out, viz__record *r);

#endif

/* The TikZ writers. Private to viz/. */
#ifndef VIZ_TIKZ_H
#define VIZ_TIKZ_H

#include "viz/record/record.h"

/* A picture for LaTeX; one for Beamer, which shows a value or gradient with each click. */
void viz__tikz_draw(viz__out *out, viz__record *r);
void viz__beamer_draw(viz__out *out, viz__record *r);

#endif

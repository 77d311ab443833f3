/* The trace for programs: exact numbers, no layout. Private to viz/. */
#ifndef VIZ_DATA_H
#define VIZ_DATA_H

#include "viz/record/record.h"

void viz__json_draw(viz__out *out, viz__record *r);
void viz__csv_draw(viz__out *out, viz__record *r);
void viz__fods_draw(viz__out *out, viz__record *r);

#endif

/* The descriptors of the family, and what one of them takes. Private to ops/resample/. */
#ifndef OPS_RESAMPLE_RESAMPLE_OPS_H
#define OPS_RESAMPLE_RESAMPLE_OPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>
#include <autograd/resample.h>

/* One axis, of `from` elements, to `to` elements. */
typedef struct ag__resampling {
    int axis;
    ag_resample_mode mode;
    bool align_corners;
    double scale; /* 0: to/from */
    int64_t from, to;
} ag__resampling;

extern const ag_op ag__resample_op, ag__resample_back_op; /* resample.c */

#endif

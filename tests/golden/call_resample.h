/* Interpolation. */
#ifndef CALL_RESAMPLE_H
#define CALL_RESAMPLE_H

#include "call.h"

#define GOLDEN_RESAMPLE(X)                                                                         \
    X(interpolate, call_interpolated(r, in, out))                                                  \
    X(grid_sample, call_sampled(r, in, out))

static ag_resample_mode mode_of(const record *r)
{
    static const char *const names[] = {"linear", "nearest", "cubic", "area"};
    int found = 0;
    for (int i = 0; i < 4; i++) {
        found = attr_is(r->text, "mode", names[i]) ? i : found;
    }
    return (ag_resample_mode)found;
}

/* Factors stand there in units of 1/1024. */
static int call_interpolated(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    int64_t scale[3];
    ag_interpolate_options o = {.mode = mode_of(r), .align_corners = FLAG("align")};
    three(r, "size", o.size);
    three(r, "scale", scale);
    for (int d = 0; d < 3; d++) {
        o.scale[d] = (double)scale[d] / 1024;
    }
    return ONE(ag_interpolate(in[0], &o));
}

static int call_sampled(const record *r, ag_tensor *const *in, ag_tensor **out)
{
    ag_grid_padding padding = attr_is(r->text, "padding", "border")       ? AG_GRID_BORDER
                              : attr_is(r->text, "padding", "reflection") ? AG_GRID_REFLECTION
                                                                          : AG_GRID_ZEROS;
    ag_grid_options o = {mode_of(r), padding, FLAG("align")};
    return ONE(ag_grid_sample(in[0], in[1], &o));
}

GOLDEN_RESAMPLE(GOLDEN_CALL)
static const golden_entry resample_calls[] = {GOLDEN_RESAMPLE(GOLDEN_ENTRY)};

#endif

/* Distorting one image. Private to nn/batches. Knows no data set. */
#ifndef NN_BATCHES_DISTORT_H
#define NN_BATCHES_DISTORT_H

#include <autograd/nn_batches.h>

#include "nn/data/stream.h"

/* Where the pixels of a result come from: of (x,y), counted from the image's middle to the right
 * and down, the source is m (x,y) + shift + field(x,y). */
typedef struct nn__warp {
    double m[2][2], shift[2];
    const float *field[2]; /* a number for each pixel; NULL: 0 */
    double outside;
} nn__warp;

/* `out` becomes the image, channel by channel, with each pixel taken from its source. */
void nn__warp_image(const nn__warp *w, const double *image, int64_t channels, int64_t height,
                    int64_t width, double *out);

/* A random field: numbers from -1 to 1, smoothed, times `size`. `work` has room for as many. */
void nn__elastic_field(nn__stream *s, double size, double smooth, int64_t height, int64_t width,
                       float *field, float *work);

/* What distorting needs for images of one shape. */
typedef struct nn__distorter {
    nn_distortion how;
    int64_t channels, height, width;
    double *image, *result; /* the numbers of one image each */
    float *memory;          /* of three fields */
} nn__distorter;

/* Makes it for the images of a data set, in memory of its graph. False and an error where they are
 * no images, or the distortion is none; `what` is who asks. */
bool nn__distorter_open(nn__distorter *t, const char *what, const nn_data *d,
                        const nn_distortion *how);

/* Distorts t->image into t->result by the numbers that belong to (epoch, row). */
void nn__distort(nn__distorter *t, int64_t epoch, int64_t row);

#endif

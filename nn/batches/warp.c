/* Images with their pixels taken from elsewhere, and smooth random fields. Loops run along rows, so
 * that the compiler makes vectors of them. Knows neither options nor data.
 */
#include "distort.h"

#include <math.h>
#include <string.h>

/* --- pixels from their sources ---------------------------------------------------------------- */

/* Between (x,y) and its three neighbors to the right and below, linearly. */
static double between(const nn__warp *w, const double *image, int64_t height, int64_t width,
                      double x, double y)
{
    if (!(x > -1 && y > -1 && x < (double)width && y < (double)height)) {
        return w->outside;
    }
    int64_t left = (int64_t)floor(x), top = (int64_t)floor(y);
    double u = x - (double)left, v = y - (double)top;
    double corner[2][2];
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t j = 0; j < 2; j++) {
            bool inside = top + i >= 0 && top + i < height && left + j >= 0 && left + j < width;
            corner[i][j] = inside ? image[(top + i) * width + left + j] : w->outside;
        }
    }
    double upper = corner[0][0] + u * (corner[0][1] - corner[0][0]);
    double lower = corner[1][0] + u * (corner[1][1] - corner[1][0]);
    return upper + v * (lower - upper);
}

void nn__warp_image(const nn__warp *w, const double *image, int64_t channels, int64_t height,
                    int64_t width, double *out)
{
    double middle_x = (double)(width - 1) / 2, middle_y = (double)(height - 1) / 2;
    for (int64_t i = 0; i < height * width; i++) {
        double x = (double)(i % width) - middle_x, y = (double)(i / width) - middle_y;
        double from_x = w->m[0][0] * x + w->m[0][1] * y + w->shift[0] + middle_x;
        double from_y = w->m[1][0] * x + w->m[1][1] * y + w->shift[1] + middle_y;
        if (w->field[0] != NULL) {
            from_x += (double)w->field[0][i];
            from_y += (double)w->field[1][i];
        }
        for (int64_t c = 0; c < channels; c++) {
            int64_t at = c * height * width;
            out[at + i] = between(w, image + at, height, width, from_x, from_y);
        }
    }
}

/* --- random fields ---------------------------------------------------------------------------- */

enum { REACH = 64 }; /* the Gaussian's longer half, beyond which it is cut */

/* The weights of a Gaussian from its middle on; their sum over both halves is 1. How many. */
static int gaussian(double deviation, float weight[REACH])
{
    double sum = 0, all[REACH];
    int n = (int)fmin(REACH - 1, ceil(3 * deviation)) + 1;
    for (int k = 0; k < n; k++) {
        all[k] = exp(-0.5 * k * k / (deviation * deviation));
        sum += k == 0 ? all[k] : 2 * all[k];
    }
    for (int k = 0; k < n; k++) {
        weight[k] = (float)(all[k] / sum);
    }
    return n;
}

/* Adds `weight` times a line of n, moved by `by` places; what falls beyond its ends is dropped. */
static void add_moved(float *restrict to, const float *restrict from, int64_t n, int64_t by,
                      float weight)
{
    int64_t first = by > 0 ? by : 0, last = by > 0 ? n : n + by;
    for (int64_t i = first; i < last; i++) {
        to[i] += weight * from[i - by];
    }
}

static void smooth_rows(const float *field, float *to, int64_t height, int64_t width,
                        const float *weight, int n)
{
    memset(to, 0, (size_t)(height * width) * sizeof *to);
    for (int64_t y = 0; y < height; y++) {
        for (int64_t k = 1 - n; k < n; k++) {
            if (k > -width && k < width) {
                add_moved(to + y * width, field + y * width, width, k, weight[k < 0 ? -k : k]);
            }
        }
    }
}

/* A whole row at a time is added to another. */
static void smooth_columns(const float *field, float *to, int64_t height, int64_t width,
                           const float *weight, int n)
{
    memset(to, 0, (size_t)(height * width) * sizeof *to);
    for (int64_t y = 0; y < height; y++) {
        for (int64_t k = 1 - n; k < n; k++) {
            if (y + k >= 0 && y + k < height) {
                add_moved(to + y * width, field + (y + k) * width, width, 0,
                          weight[k < 0 ? -k : k]);
            }
        }
    }
}

void nn__elastic_field(nn__stream *s, double size, double smooth, int64_t height, int64_t width,
                       float *field, float *work)
{
    float weight[REACH];
    int n = gaussian(smooth, weight);
    for (int64_t i = 0; i < height * width; i++) {
        field[i] = (float)(size * (2 * nn__uniform(s) - 1));
    }
    smooth_rows(field, work, height, width, weight, n);
    smooth_columns(work, field, height, width, weight, n);
}

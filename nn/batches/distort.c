/* Which distortion an image gets: numbers are drawn from a key, and become one linear map, a field,
 * and noise. Knows no batch.
 */
#include "distort.h"

#include <math.h>
#include <string.h>

#include "nn/data/data.h"

#define PI 3.14159265358979323846

/* --- options ---------------------------------------------------------------------------------- */

static bool check(ag_graph *g, const char *what, const nn_distortion *how)
{
    const struct {
        const char *name;
        double value, most;
    } option[] = {{"rotate", how->rotate, 360},   {"translate", how->translate, 1e6},
                  {"scale", how->scale, 1e3},     {"skew", how->skew, 80},
                  {"elastic", how->elastic, 1e6}, {"smooth", how->smooth, 20},
                  {"mirror", how->mirror, 1},     {"flip", how->flip, 1},
                  {"noise", how->noise, 1e100}};
    for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
        if (!(option[i].value >= 0 && option[i].value <= option[i].most)) {
            ag_fail(g, AG_ERR_VALUE, NULL, "%s: .%s is %g, not from 0 to %g", what, option[i].name,
                    option[i].value, option[i].most);
            return false;
        }
    }
    if (!isfinite(how->outside)) {
        ag_fail(g, AG_ERR_VALUE, "a pixel, as 0 or 255", "%s: .outside is %g", what, how->outside);
        return false;
    }
    return true;
}

static bool are_images(const char *what, const nn_data *d)
{
    char text[AG_SHAPE_TEXT];
    ag_shape shape = d->x.shape;
    if (d->x.classes > 0) {
        ag_fail(d->graph, AG_ERR_DTYPE, "inputs are pixels: numbers or bytes",
                "%s: the inputs are classes, not images", what);
        return false;
    }
    if (shape.ndim < 2 || shape.ndim > 3 || d->x.size < 1 || d->x.size > INT64_MAX / 64) {
        ag_fail(d->graph, AG_ERR_SHAPE, "images are [h,w] or [c,h,w]: see nn_reshaped",
                "%s: inputs %s are no images", what, ag_shape_text(shape, text));
        return false;
    }
    return true;
}

bool nn__distorter_open(nn__distorter *t, const char *what, const nn_data *d,
                        const nn_distortion *how)
{
    if (how == NULL) {
        ag_fail(d->graph, AG_ERR_NULL_ARGUMENT, "&(nn_distortion){.rotate = 10}, for example",
                "%s: no distortion", what);
        return false;
    }
    if (!are_images(what, d) || !check(d->graph, what, how)) {
        return false;
    }
    ag_shape shape = d->x.shape;
    *t = (nn__distorter){.how = *how};
    t->how.smooth = how->smooth > 0 ? how->smooth : 4;
    t->channels = shape.ndim == 3 ? shape.dim[0] : 1;
    t->height = shape.dim[shape.ndim - 2];
    t->width = shape.dim[shape.ndim - 1];
    t->image = nn__memory(d->graph, d->x.size, 2 * sizeof(double) + 3 * sizeof(float));
    if (t->image != NULL) {
        t->result = t->image + d->x.size;
        t->memory = (float *)(void *)(t->result + d->x.size);
    }
    return t->image != NULL;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Evenly from -most to most. */
static double even(nn__stream *s, double most)
{
    return most * (2 * nn__uniform(s) - 1);
}

/* An image leans, is scaled, turned, and moved; the source of a pixel is where it was before, so
 * each is undone, the last one first. With y downwards a turn to the left by a takes (x,y) to (x
 * cos a + y sin a, y cos a - x sin a). All numbers are drawn, needed or not, so that one option
 * does not change what another one draws. */
static void draw_map(nn__warp *w, const nn_distortion *how, nn__stream *s)
{
    double turn = even(s, how->rotate) * PI / 180;
    double move_x = even(s, how->translate), move_y = even(s, how->translate);
    double by_x = exp(even(s, log1p(how->scale))), by_y = by_x;
    double lean = tan(even(s, how->skew) * PI / 180);
    by_x = nn__uniform(s) < how->mirror ? -by_x : by_x;
    by_y = nn__uniform(s) < how->flip ? -by_y : by_y;
    double c = cos(turn), n = sin(turn);
    const double back[2][2] = {{c / by_x, -n / by_x}, {n / by_y, c / by_y}};
    for (int j = 0; j < 2; j++) {
        w->m[0][j] = back[0][j] - lean * back[1][j];
        w->m[1][j] = back[1][j];
    }
    w->shift[0] = -(w->m[0][0] * move_x + w->m[0][1] * move_y);
    w->shift[1] = -(w->m[1][0] * move_x + w->m[1][1] * move_y);
}

static void draw_fields(nn__distorter *t, nn__warp *w, nn__stream *s)
{
    int64_t pixels = t->height * t->width;
    for (int i = 0; i < 2 && t->how.elastic > 0; i++) {
        float *field = t->memory + i * pixels;
        nn__elastic_field(s, t->how.elastic, t->how.smooth, t->height, t->width, field,
                          t->memory + 2 * pixels);
        w->field[i] = field;
    }
}

/* Two normal numbers at a time: Box and Muller, 1958. */
static void add_noise(nn__distorter *t, nn__stream *s)
{
    int64_t size = t->channels * t->height * t->width;
    for (int64_t i = 0; i < size && t->how.noise > 0; i += 2) {
        double r = t->how.noise * sqrt(-2 * log(1 - nn__uniform(s)));
        double a = 2 * PI * nn__uniform(s);
        t->result[i] += r * cos(a);
        if (i + 1 < size) {
            t->result[i + 1] += r * sin(a);
        }
    }
}

void nn__distort(nn__distorter *t, int64_t epoch, int64_t row)
{
    nn__warp w = {.outside = t->how.outside};
    nn__stream s = nn__stream_of(NN__FOR_DISTORTION, t->how.seed, (uint64_t)epoch, (uint64_t)row);
    draw_map(&w, &t->how, &s);
    draw_fields(t, &w, &s);
    nn__warp_image(&w, t->image, t->channels, t->height, t->width, t->result);
    add_noise(t, &s);
}

/* --- a data set of distorted images ----------------------------------------------------------- */

static void put_bytes(const double *x, int64_t n, const nn__block *b, uint8_t *to)
{
    for (int64_t i = 0; i < n; i++) {
        double stored = floor(x[i] * b->divide + b->subtract + 0.5);
        to[i] = (uint8_t)(stored > 0 ? stored < 255 ? stored : 255 : 0);
    }
}

static void distort_all(nn__distorter *t, const nn_data *d, int64_t copy, bool u8, void *x)
{
    for (int64_t i = 0; i < d->rows; i++) {
        nn__read(&d->x, nn__stored(d, i), 0, d->x.size, t->image);
        nn__distort(t, copy, nn_stored_row(d, i));
        if (u8) {
            put_bytes(t->result, d->x.size, &d->x, (uint8_t *)x + i * d->x.size);
        } else {
            memcpy((double *)x + i * d->x.size, t->result, (size_t)d->x.size * sizeof(double));
        }
    }
}

nn_data *(nn_distorted)(const nn_data *d, const nn_distortion *how, int64_t copy)
{
    nn__distorter t;
    void *x;
    if (d == NULL) {
        return NULL;
    }
    bool u8 = d->x.element == NN_U8, opened = nn__distorter_open(&t, "distorted", d, how);
    nn_data *made = opened ? nn__copy_rows(d, u8 ? NN_U8 : NN_F64, &x) : NULL;
    if (made != NULL) {
        distort_all(&t, d, copy, u8, x);
        made->x.subtract = u8 ? d->x.subtract : 0;
        made->x.divide = u8 ? d->x.divide : 1;
    }
    return made;
}

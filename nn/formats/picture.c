/* Tensors and rows of data as pictures: numbers become bytes, several images a grid. Knows nothing
 * of how a picture is written but its name's end.
 */
#include "picture.h"

#include <autograd/nn_formats.h>

#include <math.h>
#include <string.h>

#include "nn/disk/source.h"

#define MOST_PIXELS ((int64_t)1 << 28)

/* Images on their way to a picture: n of channels x height x width numbers. */
typedef struct images {
    ag_graph *graph;
    const char *what, *path;
    nn_picture o;
    int64_t n, channels, height, width;
    double *number;
    nn__scratch memory, pixels;
} images;

/* The sizes of a shape with `before` axes in front of the image. False and an error. */
static bool set_sizes(images *m, ag_shape shape, int before)
{
    int left = shape.ndim - before;
    char text[AG_SHAPE_TEXT];
    bool good = left == 2 || (left == 3 && (shape.dim[before] == 1 || shape.dim[before] == 3));
    m->n = before > 0 && good ? shape.dim[0] : 1;
    m->channels = left == 3 ? shape.dim[before] : 1;
    m->height = good ? shape.dim[shape.ndim - 2] : 0;
    m->width = good ? shape.dim[shape.ndim - 1] : 0;
    if (good && m->n > 0 && m->height > 0 && m->width > 0) {
        return true;
    }
    ag_fail(m->graph, AG_ERR_SHAPE,
            before > 0 ? "images are [n,h,w], [n,1,h,w] or [n,3,h,w]"
                       : "an image is [h,w], [1,h,w] or [3,h,w]",
            "%s: %s is no image", m->what, ag_shape_text(shape, text));
    return false;
}

/* --- options ---------------------------------------------------------------------------------- */

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && strcmp(path + n - m, end) == 0;
}

/* The smallest and largest number, unless they are given. */
static void find_range(images *m)
{
    int64_t size = m->n * m->channels * m->height * m->width;
    bool any = false;
    if (m->o.low != 0 || m->o.high != 0) {
        return;
    }
    for (int64_t i = 0; i < size; i++) {
        double v = m->number[i];
        if (isfinite(v)) {
            m->o.low = !any || v < m->o.low ? v : m->o.low;
            m->o.high = !any || v > m->o.high ? v : m->o.high;
            any = true;
        }
    }
    m->o.high = m->o.high > m->o.low ? m->o.high : m->o.low + 1; /* all the same: dark */
}

static bool set_options(images *m, const nn_picture *o, const char *path)
{
    m->path = path;
    m->o = o != NULL ? *o : (nn_picture){.low = 0};
    m->o.zoom = m->o.zoom == 0 ? 1 : m->o.zoom;
    m->o.gap = m->o.gap == 0 ? 1 : m->o.gap < 0 ? 0 : m->o.gap;
    bool color = m->channels == 3, given = m->o.low != 0 || m->o.high != 0;
    bool good_end =
        path != NULL && (ends_in(path, ".png") || ends_in(path, color ? ".ppm" : ".pgm"));
    if (path == NULL) {
        ag_fail(m->graph, AG_ERR_NULL_ARGUMENT, NULL, "%s: no path", m->what);
    } else if (!good_end) {
        ag_fail(m->graph, AG_ERR_VALUE, "the end of the name says which format it is",
                "%s: %s: %s is written as .png or %s", m->what, nn__path_tail(path),
                color ? "a picture in colors" : "a gray picture", color ? ".ppm" : ".pgm");
    } else if (given && !(m->o.low < m->o.high && isfinite(m->o.high - m->o.low))) {
        ag_fail(m->graph, AG_ERR_VALUE, ".low becomes 0, .high 255; both 0: what there is",
                "%s: low %g, high %g", m->what, m->o.low, m->o.high);
    } else if (m->o.zoom < 0 || m->o.columns < 0 || m->o.zoom > 1000 || m->o.gap > 1000) {
        ag_fail(m->graph, AG_ERR_VALUE, "sizes are from 1 to 1000",
                "%s: zoom %d, columns %d, gap %d", m->what, m->o.zoom, m->o.columns, m->o.gap);
    } else {
        return true;
    }
    return false;
}

/* --- pixels ----------------------------------------------------------------------------------- */

static unsigned char byte_of(const images *m, double v)
{
    double share = (v - m->o.low) / (m->o.high - m->o.low);
    share = share > 0 ? share < 1 ? share : 1 : 0; /* NaN is low */
    return (unsigned char)(255 * (m->o.invert ? 1 - share : share) + 0.5);
}

static void draw(const images *m, const nn__pixels *p, unsigned char *pixels, int64_t i,
                 int64_t left, int64_t top)
{
    const double *image = m->number + i * m->channels * m->height * m->width;
    for (int64_t y = 0; y < m->height * m->o.zoom; y++) {
        for (int64_t x = 0; x < m->width * m->o.zoom; x++) {
            int64_t at = y / m->o.zoom * m->width + x / m->o.zoom;
            unsigned char *to = pixels + ((top + y) * p->width + left + x) * p->channels;
            for (int64_t c = 0; c < m->channels; c++) {
                to[c] = byte_of(m, image[c * m->height * m->width + at]);
            }
        }
    }
}

/* The sizes of the grid; false and an error where it is too large. */
static bool lay_out(const images *m, nn__pixels *p, int64_t *columns)
{
    int64_t square = (int64_t)ceil(sqrt((double)m->n));
    *columns = m->o.columns > 0 ? m->o.columns : square;
    *columns = *columns < m->n ? *columns : m->n;
    int64_t rows = (m->n + *columns - 1) / *columns;
    int64_t width = nn__times(m->width, m->o.zoom), height = nn__times(m->height, m->o.zoom);
    bool fits = width >= 0 && height >= 0 && width < MOST_PIXELS && height < MOST_PIXELS;
    p->width = fits ? nn__times(*columns, width + m->o.gap) : -1;
    p->height = fits ? nn__times(rows, height + m->o.gap) : -1;
    int64_t all = nn__times(p->width, p->height);
    if (p->width < 0 || p->height < 0 || all < 0 || all > MOST_PIXELS) {
        ag_fail(m->graph, AG_ERR_SHAPE, "at most 2^28 pixels: draw fewer, or with less zoom",
                "%s: a picture of %lld images [%lld,%lld] is too large", m->what, (long long)m->n,
                (long long)m->height, (long long)m->width);
        return false;
    }
    p->width -= m->o.gap;
    p->height -= m->o.gap;
    return true;
}

static bool compose(images *m, nn__pixels *p)
{
    enum { BETWEEN = 128 };
    int64_t columns;
    p->channels = m->channels;
    if (!lay_out(m, p, &columns)) {
        return false;
    }
    int64_t bytes = p->width * p->height * p->channels;
    unsigned char *pixels = nn__scratch_grow(&m->pixels, m->graph, bytes, 1);
    if (pixels == NULL) {
        return false;
    }
    memset(pixels, BETWEEN, (size_t)bytes);
    find_range(m);
    for (int64_t i = 0; i < m->n; i++) {
        draw(m, p, pixels, i, i % columns * (m->width * m->o.zoom + m->o.gap),
             i / columns * (m->height * m->o.zoom + m->o.gap));
    }
    p->pixels = pixels;
    return true;
}

static ag_status save(images *m)
{
    nn__pixels p;
    nn__sink out;
    bool good = compose(m, &p) && nn__sink_open(&out, m->graph, m->what, m->path);
    if (good && ends_in(m->path, ".png")) {
        nn__put_png(&out, &p);
    } else if (good) {
        nn__put_pnm(&out, &p);
    }
    return good ? nn__sink_close(&out, true) : ag_error(m->graph);
}

/* --- of tensors and rows ---------------------------------------------------------------------- */

static double *room_for(images *m)
{
    int64_t size = nn__times(nn__times(m->n, m->channels), nn__times(m->height, m->width));
    m->number = nn__scratch_get(&m->memory, m->graph, size, sizeof *m->number);
    return m->number;
}

static ag_status images_free(images *m, ag_status status)
{
    nn__scratch_free(&m->memory);
    nn__scratch_free(&m->pixels);
    return status;
}

static ag_status save_tensor(const ag_tensor *t, const char *path, const nn_picture *o,
                             const char *what, int before)
{
    if (t == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    images m = {.graph = ag_graph_of(t), .what = what};
    bool good = set_sizes(&m, ag_shape_of(t), before) && set_options(&m, o, path) &&
                room_for(&m) != NULL && ag_get(t, m.number, ag_size(t)) == AG_OK;
    return images_free(&m, good ? save(&m) : ag_error(m.graph));
}

ag_status(nn_save_image)(const ag_tensor *t, const char *path, const nn_picture *o)
{
    return save_tensor(t, path, o, "save_image", 0);
}

ag_status(nn_save_image_grid)(const ag_tensor *t, const char *path, const nn_picture *o)
{
    return save_tensor(t, path, o, "save_image_grid", 1);
}

static bool read_rows(images *m, const nn_data *d, const int64_t *rows)
{
    for (int64_t i = 0; i < m->n; i++) {
        if (rows[i] < 0 || rows[i] >= d->rows) {
            ag_fail(d->graph, AG_ERR_VALUE, "rows are counted from 0",
                    "save_rows: row %lld, where there are %lld", (long long)rows[i],
                    (long long)d->rows);
            return false;
        }
        nn__read(&d->x, nn__stored(d, rows[i]), 0, d->x.size, m->number + i * d->x.size);
    }
    return true;
}

ag_status(nn_save_rows)(const nn_data *d, const int64_t *rows, int64_t n, const char *path,
                        const nn_picture *o)
{
    if (d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    if (n < 1 || rows == NULL) {
        return ag_fail(d->graph, AG_ERR_VALUE, "give a list of rows and how many there are",
                       "save_rows: no rows");
    }
    images m = {.graph = d->graph, .what = "save_rows"};
    bool good = set_sizes(&m, d->x.shape, 0);
    m.n = n;
    good = good && set_options(&m, o, path) && room_for(&m) != NULL && read_rows(&m, d, rows);
    return images_free(&m, good ? save(&m) : ag_error(d->graph));
}

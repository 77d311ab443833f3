/* Images of a data set, and those that a network mistakes. Must not know how an image is drawn. */
#define AG_NO_SITES
#include <autograd/nn_figures.h>

#include "nn/data/scratch.h"

#define MOST 400
#define TITLE 60

/* The images that are drawn: their rows in d and what each was taken for, -1 for nothing. */
typedef struct choice {
    const nn_data *data;
    const char *title;
    int64_t n, row[MOST], taken[MOST];
} choice;

/* The last two sizes of a sample whose others are 1; false for others. */
static bool image_size(const nn_data *d, int64_t size[2])
{
    ag_shape s = nn_sample_shape(d);
    for (int i = 0; i + 2 < s.ndim; i++) {
        if (s.dim[i] != 1) {
            return false;
        }
    }
    size[0] = s.ndim >= 2 ? s.dim[s.ndim - 2] : 0;
    size[1] = s.ndim >= 2 ? s.dim[s.ndim - 1] : 0;
    return s.ndim >= 2;
}

/* Writes the name of a class, or its number, cut after 20 bytes. */
static size_t put_class(const nn_data *d, int64_t class, char *to, size_t room)
{
    const char *name = nn_class_name(d, class);
    size_t n = name != NULL ? ag_format_text(to, room, "%.20s", name)
                            : ag_format_text(to, room, "%lld", (long long)class);
    return n < room ? n : room - 1;
}

static void write_title(const choice *c, int64_t i, char *to)
{
    int64_t label = nn_label(c->data, c->row[i]);
    to[0] = '\0';
    if (label < 0) {
        return;
    }
    size_t n = put_class(c->data, label, to, TITLE);
    if (c->taken[i] >= 0) {
        n += ag_format_text(to + n, TITLE - n, " as ");
        put_class(c->data, c->taken[i], to + n, TITLE - n);
    }
}

static ag_status draw(const char *path, const choice *c, nn__scratch *memory, const int64_t size[2],
                      const viz_options *options)
{
    static const double white = 255;
    ag_graph *g = nn_graph_of_data(c->data);
    char text[MOST][TITLE];
    const char *title[MOST];
    double *pixel = nn__scratch_get(memory, g, c->n * size[0] * size[1], sizeof *pixel), most = 0;
    ag_status status = pixel != NULL ? AG_OK : AG_ERR_MEMORY;
    for (int64_t i = 0; status == AG_OK && i < c->n; i++) {
        double *image = pixel + i * size[0] * size[1];
        status = nn_get_sample(c->data, c->row[i], image, size[0] * size[1]);
        for (int64_t k = 0; status == AG_OK && k < size[0] * size[1]; k++) {
            most = image[k] > most ? image[k] : most;
        }
        write_title(c, i, text[i]);
        title[i] = text[i];
    }
    viz_images images = {.title = c->title,
                         .pixel = pixel,
                         .n = (size_t)c->n,
                         .rows = (size_t)size[0],
                         .columns = (size_t)size[1],
                         .image_title = title,
                         .to = most > 1 && most <= white ? white : 0};
    return status == AG_OK ? viz_save_images(g, path, &images, options) : status;
}

static ag_status save(const char *path, const choice *c, const char *who,
                      const viz_options *options)
{
    int64_t size[2];
    if (!image_size(c->data, size)) {
        return ag_fail(nn_graph_of_data(c->data), AG_ERR_SHAPE,
                       "samples are (28, 28) or (1, 28, 28)", "%s: the rows are no images", who);
    }
    nn__scratch memory = {NULL, NULL, 0};
    ag_status status = draw(path, c, &memory, size, options);
    nn__scratch_free(&memory);
    return status;
}

ag_status nn_save_images(const char *path, const nn_data *d, int64_t n, const char *title,
                         const viz_options *options)
{
    choice c = {.data = d, .title = title};
    if (d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    for (int64_t i = 0; i < n && i < MOST && i < nn_rows(d); i++) {
        c.row[c.n] = i;
        c.taken[c.n++] = -1;
    }
    return save(path, &c, "nn_save_images", options);
}

ag_status nn_save_mistakes(const char *path, nn_module *net, const nn_data *d, int64_t n,
                           const char *title, const viz_options *options)
{
    choice c = {.data = d, .title = title};
    if (net == NULL || d == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of(net);
    ag_mark mark = ag_graph_mark(g);
    const ag_tensor *predicted = nn_predict_classes(net, d, 0);
    const int64_t *class = predicted != NULL ? ag_data(predicted) : NULL;
    ag_status status = class != NULL ? AG_OK : ag_error(g);
    for (int64_t i = 0; class != NULL && i < nn_rows(d) && c.n < n && c.n < MOST; i++) {
        if (class[i] != nn_label(d, i)) {
            c.row[c.n] = i;
            c.taken[c.n++] = class[i];
        }
    }
    ag_status rewound = ag_graph_rewind(g, mark);
    if (status == AG_OK && c.n == 0) {
        return ag_fail(g, AG_ERR_STATE,
                       "a network without mistakes has no such figure: nn_save_images",
                       "nn_save_mistakes: nothing is mistaken");
    }
    status = status == AG_OK ? rewound : status;
    return status == AG_OK ? save(path, &c, "nn_save_mistakes", options) : status;
}

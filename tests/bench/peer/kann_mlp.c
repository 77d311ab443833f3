/* The row mlp 784-64-10 b64 epoch by KANN, for comparison: its own training function, as its
 * example mlp.c calls it. Compiled with KANN's two sources and without the library.
 */
#include "kann.h"

#include "bench/bench.h"

enum { IMAGES = 60000, PIXELS = 784, CLASSES = 10 };

typedef struct work {
    kann_t *net;
    float **x, **y;
} work;

static void epoch(void *state)
{
    work *w = state;
    kann_train_fnn1(w->net, 0.001F, 64, 1, 10, 0, IMAGES, w->x, w->y);
}

static float **rows(int columns)
{
    float *all = calloc((size_t)IMAGES * (size_t)columns, sizeof *all);
    float **row = calloc(IMAGES, sizeof *row);
    for (int i = 0; all != NULL && row != NULL && i < IMAGES; i++) {
        row[i] = all + (size_t)i * (size_t)columns;
    }
    return all != NULL ? row : NULL;
}

int main(void)
{
    const char *name = "mlp 784-64-10 b64 epoch";
    work w = {.x = rows(PIXELS), .y = rows(CLASSES)};
    if (w.x == NULL || w.y == NULL) {
        bench_stop("out of memory");
    }
    srand(1);
    for (int i = 0; i < IMAGES; i++) {
        for (int j = 0; j < PIXELS; j++) {
            int part = j % 10 == i % 10 ? 3 : 6;
            w.x[i][j] = rand() % part == 0 ? (float)(rand() % 256) / 255 : 0;
        }
        w.y[i][i % 10] = 1;
    }
    kad_node_t *t = kad_relu(kann_layer_dense(kann_layer_input(PIXELS), 64));
    w.net = kann_new(kann_layer_cost(t, CLASSES, KANN_C_CEM), 0);
    kann_verbose = 0;
    if (bench_wants(name)) {
        bench_row(name, bench_time(epoch, &w, 1) * 1e3, "ms");
    }
    return 0;
}

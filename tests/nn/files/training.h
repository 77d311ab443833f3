/* A small training that is saved in a checkpoint and resumed from it, for the tests of archives. */
#ifndef TRAINING_H
#define TRAINING_H

#include "tests/nn/optim/small_net.h"

#include <unistd.h>

static char path[] = "/tmp/nn_archive_XXXXXX";

static inline void path_new(void)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

/* All that a training has in hand. */
typedef struct training {
    small s;
    nn_optimizer *optimizer;
} training;

static inline nn_optimizer *slowing_adam(ag_graph *g)
{
    nn_optimizer *o = nn_adam(g, &(ag_adam){.rate = 0.01});
    o = nn_with_schedule(o, nn_warm_up(nn_inverse_decay(0.1), 5, 0));
    return nn_with_average(
        nn_with_plateau(o, (nn_plateau){.factor = 0.5, .patience = 2, .cooldown = 3}), 0.9);
}

static inline training training_new(ag_dtype dtype, nn_optimizer *optimizer_of(ag_graph *g))
{
    training t = {.s = small_new(dtype)};
    t.optimizer = optimizer_of(t.s.graph);
    ck_assert_msg(nn_attach(t.optimizer, t.s.net) == AG_OK, "%s", ag_error_message(t.s.graph));
    return t;
}

/* n epochs of three steps with noise; the plateau is told worse and worse values. */
static inline void train(const training *t, int n)
{
    ag_graph *g = t->s.graph;
    for (int i = 0; i < n; i++) {
        ag_mark mark = ag_graph_mark(g);
        double noise = 1 + ag_random_uniform(g);
        expect_ok(ag_backward(small_loss(&t->s, noise)));
        expect_ok(nn_step(t->optimizer));
        expect_ok(ag_graph_rewind(g, mark));
        expect_ok(small_train(&t->s, t->optimizer, 2));
        nn_plateau_report(t->optimizer, i + 1);
        nn_set_epoch(t->optimizer, i + 1);
    }
}

static inline ag_status save(const training *t, const double *loss, int n)
{
    const int64_t epoch = n;
    nn_archive *a = nn_archive_new(t->s.graph, "checkpoint");
    nn_archive_set_network(a, NULL, t->s.net);
    nn_archive_set_network(a, "best.", t->s.net);
    nn_archive_set_optimizer(a, t->optimizer);
    nn_archive_set_random(a, "training.random");
    nn_archive_set_ints(a, "training.epoch", &epoch, 1);
    nn_archive_set_doubles(a, "training.history.loss", loss, n);
    nn_archive_set_text(a, "monitor", "val_loss");
    ag_status status = nn_archive_save(a, path);
    nn_archive_free(a);
    return a != NULL ? status : ag_error(t->s.graph);
}

static inline ag_status resume(const training *t, double *loss, int room)
{
    int64_t epoch = 0;
    nn_archive *a = nn_archive_load(t->s.graph, path);
    nn_archive_get_network(a, NULL, t->s.net);
    nn_archive_get_optimizer(a, t->optimizer);
    nn_archive_get_random(a, "training.random");
    nn_archive_get_ints(a, "training.epoch", &epoch, 1);
    nn_archive_get_doubles(a, "training.history.loss", loss, epoch < room ? epoch : room);
    ag_status status = nn_archive_apply(a);
    nn_archive_free(a);
    return a != NULL ? status : ag_error(t->s.graph);
}

static inline nn_optimizer *plain_sgd(ag_graph *g)
{
    return nn_sgd(g, &(ag_sgd){.rate = 0.1, .momentum = 0.9});
}

#endif

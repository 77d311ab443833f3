/* Batches when memory runs out at any moment: an ordinary error, nothing leaks, no thread is
 * left. */
#include "nn/data/sets.h"
#include "no_memory.h"

static ag_status drawn_to_the_end(ag_graph *g, bool loader)
{
    const nn_distortion how = {.rotate = 10, .elastic = 2};
    nn_data *d = nn_distorted(nn_reshaped(set_of(g, 20, 3), AG_SHAPE(1, 2)), &how, 1);
    nn_batches_options o = {.size = 8, .loader = loader, .distortion = &how};
    nn_batches *b = nn_batches_new(d, &o);
    nn_batch batch;
    int64_t rows = 0;
    ag_status status = b != NULL ? nn_batches_start(b, 1, 0) : ag_error(g);
    while (nn_batches_next(b, &batch)) {
        rows += batch.rows;
    }
    return status == AG_OK && rows != 20 ? ag_error(g) : status;
}

static ag_status scene_plain(ag_graph *g)
{
    return drawn_to_the_end(g, false);
}

static ag_status scene_loader(ag_graph *g)
{
    return drawn_to_the_end(g, true);
}

START_TEST(test_plain)
{
    everywhere(scene_plain);
    each_call_and_level(scene_plain, check_small() ? 4096 : 512);
}
END_TEST

START_TEST(test_loader)
{
    everywhere(scene_loader);
    each_call_and_level(scene_loader, check_small() ? 4096 : 512);
}
END_TEST

CHECK_MAIN("batches_memory", test_plain, test_loader)

/* Memory that runs out at every moment of making, building and training layers of sequences. */
#include "tests/no_memory.h"

static ag_status trained(ag_graph *g, nn_module *net, ag_tensor *const *in, int n)
{
    ag_status status = net != NULL ? nn_build_on(net, in, n) : status_of(g, net);
    ag_tensor *y = status == AG_OK ? ag_sum(nn_call_with(net, in, n)) : NULL;
    status = status == AG_OK ? status_of(g, y) : status;
    return status == AG_OK ? ag_backward(y) : status;
}

static ag_status scene_recurrent(ag_graph *g)
{
    const nn_recurrent_options both = {.bidirectional = true, .dropout = 0.5, .layers = 2};
    const nn_recurrent_options last = {.last = true};
    ag_tensor *x = ag_full(g, AG_VARIABLE, AG_SHAPE(2, 2, 2), 0.5);
    return trained(g, nn_sequential(g, nn_lstm(g, 2, &both), nn_gru(g, 2, &last)), &x, 1);
}

static ag_status scene_language_model(ag_graph *g)
{
    const nn_embedding_options padding = {.has_padding = true};
    ag_tensor *x = ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(1, 2), NULL);
    return trained(g,
                   nn_sequential(g, nn_embedding(g, 3, 2, &padding), nn_positions(g, 4, NULL),
                                 nn_sinusoids(g, 2), nn_channel_dropout(g, 0.5),
                                 nn_transformer_block(g, NULL)),
                   &x, 1);
}

static ag_status scene_decoder(ag_graph *g)
{
    ag_tensor *in[] = {ag_full(g, AG_VARIABLE, AG_SHAPE(1, 2, 2), 0.5),
                       ag_full(g, AG_VARIABLE, AG_SHAPE(1, 3, 1), 0.5)};
    return trained(g, nn_transformer_decoder_block(g, NULL), in, 2);
}

START_TEST(test_recurrent)
{
    everywhere(scene_recurrent);
}
END_TEST

START_TEST(test_language_model)
{
    everywhere(scene_language_model);
}
END_TEST

START_TEST(test_decoder)
{
    everywhere(scene_decoder);
}
END_TEST

CHECK_MAIN("sequence_memory", test_recurrent, test_language_model, test_decoder)

/* Layers of sequences against PyTorch, and their derivatives against finite differences. Must not
 * know any private header of the library.
 */
#include "tests/nn/layer_golden.h"

/* A function that makes a layer with these options. */
#define MAKES(name, ...)                                                                           \
    static nn_module *name(ag_graph *g)                                                            \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
#define RECURRENT(...)                                                                             \
    &(nn_recurrent_options)                                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define ATTENTION(...)                                                                             \
    &(nn_attention_options)                                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define TRANSFORMER(...)                                                                           \
    &(nn_transformer_options)                                                                      \
    {                                                                                              \
        .heads = 2, .hidden = 6, __VA_ARGS__                                                       \
    }

MAKES(embedding, nn_embedding(g, 5, 3, NULL))
MAKES(padded, nn_embedding(g, 5, 3, &(nn_embedding_options){.has_padding = true, .padding = -1}))
MAKES(positions, nn_positions(g, 6, NULL))
MAKES(sinusoids, nn_sinusoids(g, 7))

MAKES(rnn, nn_rnn(g, 2, NULL))
MAKES(rnn_relu, nn_rnn(g, 2, RECURRENT(.relu = true)))
MAKES(rnn_deep, nn_rnn(g, 3, RECURRENT(.layers = 2, .no_bias = true)))
MAKES(rnn_both, nn_rnn(g, 2, RECURRENT(.layers = 2, .bidirectional = true)))
MAKES(lstm, nn_lstm(g, 2, NULL))
MAKES(lstm_deep, nn_lstm(g, 3, RECURRENT(.layers = 2, .no_bias = true)))
MAKES(lstm_both, nn_lstm(g, 2, RECURRENT(.layers = 2, .bidirectional = true)))
MAKES(lstm_steps, nn_lstm(g, 2, RECURRENT(.layers = 2, .bidirectional = true, .steps = true)))
MAKES(gru, nn_gru(g, 2, NULL))
MAKES(gru_deep, nn_gru(g, 3, RECURRENT(.layers = 2, .no_bias = true)))
MAKES(gru_both, nn_gru(g, 2, RECURRENT(.layers = 2, .bidirectional = true)))
MAKES(gru_steps, nn_gru(g, 2, RECURRENT(.layers = 2, .bidirectional = true, .steps = true)))

MAKES(attention, nn_attention(g, 2, NULL))
MAKES(one_head, nn_attention(g, 1, NULL))
MAKES(causal, nn_attention(g, 2, ATTENTION(.causal = true, .no_bias = true)))

MAKES(encoder, nn_transformer_block(g, TRANSFORMER(.post_norm = true)))
MAKES(encoder_before, nn_transformer_block(g, TRANSFORMER(.activation = "gelu", .eps = 0.125)))
MAKES(encoder_causal, nn_transformer_block(g, TRANSFORMER(.causal = true)))
MAKES(decoder, nn_transformer_decoder_block(g, TRANSFORMER(.causal = true, .post_norm = true)))
MAKES(decoder_before, nn_transformer_decoder_block(g, TRANSFORMER(.activation = "gelu")))

static const golden_layer tables[] = {
    {"embedding", embedding, false, false},
    {"embedding padding", padded, false, true}, /* the gradient of the row is 0 by definition */
    {"positions", positions, false, false},
    {"sinusoids", sinusoids, false, false},
};

static const golden_layer recurrences[] = {
    {"rnn", rnn, false, false},
    {"rnn given", rnn, false, false},
    {"rnn deep", rnn_deep, false, false},
    {"rnn both ways", rnn_both, false, false},
    {"rnn relu", rnn_relu, false, true},
    {"lstm", lstm, false, false},
    {"lstm given", lstm, false, false},
    {"lstm deep", lstm_deep, true, false},
    {"lstm both ways", lstm_both, false, false},
    {"lstm both ways", lstm_steps, false, false},
    {"gru", gru, false, false},
    {"gru given", gru, false, false},
    {"gru deep", gru_deep, false, false},
    {"gru both ways", gru_both, false, false},
    {"gru both ways", gru_steps, false, false},
};

static const golden_layer attentions[] = {
    {"attention", attention, false, false},
    {"attention causal", causal, true, false},
    {"attention across", one_head, false, false},
    {"attention values", attention, false, false},
    {"attention widths", attention, false, false},
    {"attention mask", attention, false, false},
    {"encoder", encoder, false, true},
    {"encoder before", encoder_before, true, false},
    {"encoder causal", encoder_causal, false, true},
    {"decoder", decoder, false, true},
    {"decoder before", decoder_before, false, false},
};

/* A state_dict of PyTorch's in a safetensors file has the names that our tree has. */
MAKES(network,
      nn_sequential(g, nn_embedding(g, 5, 3, NULL), nn_lstm(g, 2, RECURRENT(.bidirectional = true)),
                    nn_transformer_block(g, TRANSFORMER(.post_norm = true)), nn_linear(g, 2, NULL)))

static void as_pytorch_from_its_file(golden_case *c, const char *what)
{
    const double zeros[1000] = {0};
    ck_assert_int_lt(nn_weights_size(c->m), 1000);
    expect_ok(nn_set_weights(c->m, zeros, nn_weights_size(c->m)));
    ck_assert_msg(nn_load(c->m, "tests/golden/network.safetensors", NULL) == AG_OK, "%s",
                  ag_error_message(c->g));
    as_pytorch(c, what);
}

/* Statement 43. */
START_TEST(test_loads_a_file_of_pytorch)
{
    const golden_layer l = {"network", network, false, false};
    golden_all(&l, 1, as_pytorch_from_its_file);
    golden_all(&l, 1, differences_agree);
}
END_TEST

#define TEST_TABLE(table)                                                                          \
    START_TEST(test_##table)                                                                       \
    {                                                                                              \
        golden_all(table, sizeof table / sizeof table[0], as_pytorch);                             \
        golden_all(table, sizeof table / sizeof table[0], differences_agree);                      \
    }                                                                                              \
    END_TEST
TEST_TABLE(tables)
TEST_TABLE(recurrences)
TEST_TABLE(attentions)

CHECK_MAIN("sequence_golden", test_tables, test_recurrences, test_attentions,
           test_loads_a_file_of_pytorch)

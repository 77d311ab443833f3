/* Layers of sequences: tables of vectors and places, recurrences, attention, transformer blocks.
 * They stand on nn_module.h and nn_layers.h alone. Layouts: batch first, then places, then
 * features, (N, L, width); PyTorch's layers have it so with batch_first. Parameters have PyTorch's
 * names and shapes, so that its files load.
 *
 * All constructors: the module is *borrowed* from the graph, options are copied and may be NULL, a
 * field that is 0 is the usual choice. Errors: NULL_ARGUMENT, MEMORY, VALUE (sizes below 1,
 * probabilities outside of 0 to 1). What does not fit an input is found by nn_build.
 */
#ifndef AUTOGRAD_NN_SEQUENCE_H
#define AUTOGRAD_NN_SEQUENCE_H

#include "nn_layers.h"

AG_BEGIN_C

/* --- tables ----------------------------------------------------------------------------------- */

typedef struct nn_embedding_options {
    nn_init weight;     /* normal, mean 0 and deviation 1 */
    bool has_padding;   /* one row is 0 at first and gets no gradient ... */
    int64_t padding;    /* ... this one; negative counts from the end */
    nn_penalty penalty; /* on the weight */
} nn_embedding_options;

/* Row i of a table for each i64 number i of x.  (N, ...) -> (N, ..., width)
 * Parameter: weight (rows, width). An output layer can have the same table: nn_share(output,
 * "weight", embedding, "weight"). */
AG_API nn_module *nn_embedding(ag_graph *g, int64_t rows, int64_t width,
                               const nn_embedding_options *o);

/* Adds a learned vector to each place: x + weight of the first L rows.  (N, L, width) -> the same
 * `longest` is the most places there can be; NULL begins as normal with deviation 0.02.
 * Parameter: weight (longest, width). */
AG_API nn_module *nn_positions(ag_graph *g, int64_t longest, const nn_init *weight);

/* Adds sin(p/10000^(j/width)) to feature j of place p for even j, and to feature j + 1 the cosine.
 * It has no parameters. Vaswani and others, Attention Is All You Need (2017), section 3.5. */
AG_API nn_module *nn_sinusoids(ag_graph *g, int64_t longest);

/* --- recurrences ------------------------------------------------------------------------------ */

typedef struct nn_recurrent_options {
    int layers;         /* 1; the places of one layer are the input of the next */
    bool bidirectional; /* a second recurrence from the last place to the first, beside the first */
    bool last;          /* gives the last state of the last layer, not all places */
    bool relu;          /* nn_rnn: relu in the place of tanh */
    bool no_bias;
    bool steps;        /* an operation for each gate and sum, for a trace or a figure; slower */
    double dropout;    /* of the places between two layers, in training */
    nn_init weight;    /* of the input, of the state, and the biases: all of them uniform within */
    nn_init recurrent; /* 1/sqrt(hidden) of 0 as in PyTorch; Keras has Glorot uniform, orthogonal */
    nn_init bias;      /* ones and zeros */
} nn_recurrent_options;

/* With W x meaning weight_ih x + bias_ih and U h weight_hh h + bias_hh, s the sigmoid, from place
 * to place (Elman 1990; Hochreiter and Schmidhuber 1997 with the forget gate of Gers and others
 * 2000; Cho and others 2014, in the form whose reset gate stands behind U h):
 *
 *   rnn   h' = tanh(W x + U h)
 *   lstm  i, f, o = s(W x + U h);  g = tanh(W x + U h);  c' = f c + i g;  h' = o tanh(c')
 *   gru   r, z = s(W x + U h);  n = tanh(W x + r (U h));  h' = (1 - z) n + z h
 *
 * A step of lstm and gru is one operation behind its product, ag_lstm_cell and ag_gru_cell, and
 * many with `steps`, which round apart: results agree to about 1e-10 in f64 and not bit by bit.
 *
 *   (N, L, in) -> (N, L, D hidden), or with `last` (N, D hidden); D = 2 in both directions, else 1
 * Inputs for nn_call_with: x; the first state h (layers D, N, hidden), lstm: its c of this shape;
 * zeros without them. Kept (nn_kept): "h" and "c", the last states in the same shape; of the
 * backward direction that after the first place. Truncated backpropagation hands them on: a
 * constant is made before the mark, ag_write copies the data of the kept state into it after a
 * step, and it is the first state of the next.
 *
 * Parameters for each layer k and direction, the gates one below the other in the order above, but
 * i, f, g, o: weight_ih_lK (gates hidden, in), weight_hh_lK (gates hidden, hidden), bias_ih_lK,
 * bias_hh_lK (gates hidden); "_reverse" is appended for the backward direction. Both biases are
 * there because PyTorch's files have them. Errors when it runs: SHAPE (no places; a first state of
 * another shape). */
AG_API nn_module *nn_rnn(ag_graph *g, int64_t hidden, const nn_recurrent_options *o);
AG_API nn_module *nn_lstm(ag_graph *g, int64_t hidden, const nn_recurrent_options *o);
AG_API nn_module *nn_gru(ag_graph *g, int64_t hidden, const nn_recurrent_options *o);

/* --- attention -------------------------------------------------------------------------------- */

typedef struct nn_attention_options {
    bool causal;     /* place i sees the places up to i */
    bool no_bias;    /* of the four projections */
    bool no_weights; /* are not kept, so that memory need not grow with L S: ag_attention */
    double dropout;  /* of the weights, in training */
    nn_init weight;  /* of the projections; Glorot uniform */
} nn_attention_options;

/* Attention in `heads` parts of the width: query, key and value are projected, each head computes
 * softmax(q k^T/sqrt(width/heads) + mask) v, and the heads side by side are projected once more.
 *   query (N, L, E), key (N, S, K), value (N, S, V) -> (N, L, E)
 * Inputs for nn_call_with: query; key (the query without it); value (the key without it); a mask
 * that broadcasts to (N, heads, L, S): of i64 it hides where it is 0 (PyTorch's bool masks hide
 * where they are true), a floating one is added. Kept, but for `no_weights`: "weights"
 * (N, heads, L, S), before dropout; each row sums to 1.
 *
 * Parameters: in_proj_weight (3E, E), or, where K or V is not E, q_proj_weight (E, E),
 * k_proj_weight (E, K), v_proj_weight (E, V); in_proj_bias (3E); out_proj.weight (E, E),
 * out_proj.bias (E). Vaswani and others (2017), section 3.2.2. Errors when it is built: SHAPE
 * (heads that do not divide E). */
AG_API nn_module *nn_attention(ag_graph *g, int64_t heads, const nn_attention_options *o);

/* --- transformer blocks ----------------------------------------------------------------------- */

typedef struct nn_transformer_options {
    int64_t heads;          /* 1 */
    int64_t hidden;         /* of the two dense layers; 4 times the width */
    const char *activation; /* a name of nn_activation; "relu" */
    bool causal;            /* of the self-attention; a decoder mostly sets it */
    bool post_norm;         /* norm(x + f(x)), as in the paper and in PyTorch, not x + f(norm(x)) */
    bool no_bias;           /* of dense layers, projections and norms */
    bool no_weights;        /* of attention are kept */
    double dropout;         /* of attention weights, of each f(x), and within the dense layers */
    double eps;             /* of the norms: 1e-5 */
    nn_init weight;         /* of dense layers and projections; Glorot uniform */
} nn_transformer_options;

/* Self-attention, then two dense layers, each with a shortcut around it and a layer norm.
 *   (N, L, width) -> the same
 * Inputs for nn_call_with: x; a mask as nn_attention's. With `causal` it is the block of a language
 * model (GPT). Children, as in PyTorch: self_attn, linear1, linear2, norm1, norm2. A norm behind
 * the last block, which usually goes with norms before the shortcuts, is a module of its own. */
AG_API nn_module *nn_transformer_block(ag_graph *g, const nn_transformer_options *o);

/* The same with attention across, to a memory, between the two.
 * Inputs for nn_call_with: x; memory (N, S, width of its own); a mask of the memory. Children, as
 * in PyTorch: self_attn, multihead_attn, linear1, linear2, norm1, norm2, norm3. Errors when it is
 * built: NULL_ARGUMENT (no memory). */
AG_API nn_module *nn_transformer_decoder_block(ag_graph *g, const nn_transformer_options *o);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_embedding(g, ...) nn_embedding(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_positions(g, ...) nn_positions(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_sinusoids(g, longest) nn_sinusoids(AG_AT_GRAPH(g), longest)
#define nn_rnn(g, ...) nn_rnn(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_lstm(g, ...) nn_lstm(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_gru(g, ...) nn_gru(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_attention(g, ...) nn_attention(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_transformer_block(g, ...) nn_transformer_block(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_transformer_decoder_block(g, ...)                                                       \
    nn_transformer_decoder_block(AG_AT_GRAPH(g), __VA_ARGS__)
#endif

#endif

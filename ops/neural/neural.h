/* The operations of neural networks. The comment at the top of ops.h applies: results are
 * *borrowed* from the graph, and NULL after an error, which the graph keeps. gY is the gradient of
 * the result.
 *
 * Layouts are those of PyTorch: batch, channels, then the spatial dimensions. An operand marked "or
 * NULL" may be left out; one that is NULL because of an earlier error counts as left out, so look
 * at ag_error at the end. Options may be NULL, and 0 in them means the usual choice. All operands
 * of an operation have one floating dtype, and indices are i64; DTYPE errors say which are not. If
 * an operation is composed of others, a trace shows these.
 */
#ifndef AUTOGRAD_NEURAL_H
#define AUTOGRAD_NEURAL_H

#include "base.h"

AG_BEGIN_C

/* --- linear ----------------------------------------------------------------------------------- */

/* x w^T + b.  (..., in) with w (out, in) and b (out) or NULL -> (..., out);
 *   with w (in) and b 0-d or NULL -> (...)
 *   gX = gY w,  gW = gY^T x,  gB = gY, both summed over the leading dimensions
 * Errors: SHAPE. */
AG_API ag_tensor *ag_linear(ag_tensor *x, ag_tensor *w, ag_tensor *b);

/* relu(x w^T + b), and likewise sigmoid and tanh: shapes as in ag_linear, numbers as in
 * ag_relu(ag_linear(x, w, b)).
 *   gZ = gY where Y > 0 else 0,  gY Y (1 - Y),  gY (1 - Y^2)
 *   gX = gZ w,  gW = gZ^T x,  gB = gZ, both summed over the leading dimensions
 * With a bias linear_relu is one operation and one step of a trace. It does not keep x w^T + b,
 * which saves memory of the size of the result, and time. The others, and all of them without a
 * bias, are the two calls. Errors: SHAPE. */
AG_API ag_tensor *ag_linear_relu(ag_tensor *x, ag_tensor *w, ag_tensor *b);
AG_API ag_tensor *ag_linear_sigmoid(ag_tensor *x, ag_tensor *w, ag_tensor *b);
AG_API ag_tensor *ag_linear_tanh(ag_tensor *x, ag_tensor *w, ag_tensor *b);

/* ag_dropout(ag_linear_relu(x, w, b), p, true): the same numbers are drawn and dropped.
 *   gZ = gY/(1 - p) where Y > 0 else 0;  gX, gW and gB as above
 * With a bias and p above 0 it is one operation, which keeps neither x w^T + b nor the factors:
 * where a dropped number was infinite or NaN, a gradient may be 0 where the two calls give NaN.
 * Outside of training p is 0. Errors: SHAPE; VALUE (p outside of 0 to 1). */
AG_API ag_tensor *ag_linear_relu_dropout(ag_tensor *x, ag_tensor *w, ag_tensor *b, double p);

/* --- convolution ------------------------------------------------------------------------------ */

/* One number for each spatial dimension, in their order. All 0 means the default beside it. */
typedef struct ag_conv_options {
    int64_t stride[3];         /* 1 */
    int64_t padding[3];        /* 0; how many zeros are put before and after x */
    int64_t dilation[3];       /* 1; how far apart the elements of the kernel lie */
    int64_t output_padding[3]; /* 0; for transposed convolution: added to the size of the result */
    int64_t groups;            /* 1; each has a part of the input and of the output channels */
    /* Pads so that the result is as large as x, with one zero more after x if their number is odd.
     * It needs stride 1. */
    bool same;
} ag_conv_options;

/* The cross-correlation
 *   Y[n,o,p] = b[o] + sum over c, k of X[n,c, p stride + k dilation - padding] w[o,c,k]
 * over the channels c of o's group, with one, two or three numbers in p and k.
 *   x (N, C, size...) or (C, size...), w (O, C/groups, kernel...), b (O) or NULL
 *   -> (N, O, size'...) or (O, size'...)
 *   size' = floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1
 *   gX[n,c,i] = sum of gY[n,o,p] w[o,c,k] over all p stride + k dilation - padding = i,
 *               the transposed convolution of gY
 *   gW[o,c,k] = sum over n, p of gY[n,o,p] X[n,c, p stride + k dilation - padding]
 *   gB[o]     = sum over n, p of gY[n,o,p]
 * It can be differentiated any number of times in both operands. Dumoulin and Visin, A guide to
 * convolution arithmetic for deep learning (2016). Errors: SHAPE (dimensions or channels that do not
 * fit, a kernel larger than the padded input); VALUE (a stride or dilation of 0 beside others,
 * negative numbers, groups that do not divide the channels, same with a stride); OVERFLOW. */
AG_API ag_tensor *ag_conv1d(ag_tensor *x, ag_tensor *w, ag_tensor *b, const ag_conv_options *o);
AG_API ag_tensor *ag_conv2d(ag_tensor *x, ag_tensor *w, ag_tensor *b, const ag_conv_options *o);
AG_API ag_tensor *ag_conv3d(ag_tensor *x, ag_tensor *w, ag_tensor *b, const ag_conv_options *o);

/* relu(Y) for the Y of ag_conv1d and so on: shapes as there, numbers as in ag_relu(ag_conv1d(...)).
 *   gX, gW and gB are those of a convolution for gZ = gY where Y > 0 else 0 in the place of gY
 * With a bias it is one operation and one step of a trace. It does not keep the convolution itself,
 * and needs no pass over memory for the relu, in either direction. Without a bias it is the two
 * calls. Errors: those of ag_conv1d. */
AG_API ag_tensor *ag_conv1d_relu(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                 const ag_conv_options *o);
AG_API ag_tensor *ag_conv2d_relu(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                 const ag_conv_options *o);
AG_API ag_tensor *ag_conv3d_relu(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                 const ag_conv_options *o);

/* The transpose of the convolution with the same options, in x; plus a bias.
 *   Y[n,o,i] = b[o] + sum of X[n,c,p] w[c,o,k] over all p stride + k dilation - padding = i
 *   x (N, C, size...) or (C, size...), w (C, O/groups, kernel...), b (O) or NULL
 *   -> (N, O, size'...) or (O, size'...)
 *   size' = (size - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output_padding
 *   gX        = the convolution of gY with w
 *   gW[c,o,k] = sum over n, p of X[n,c,p] gY[n,o, p stride + k dilation - padding]
 *   gB[o]     = sum over n, i of gY[n,o,i]
 * Here and in the gX of a convolution, an X[n,c,p] outside of X counts as 0: if the weight is Inf
 * or NaN, 0 times that is NaN (PyTorch leaves such terms out). Errors: those of ag_conv1d; VALUE
 * (output padding not below stride or dilation; same, which has no transpose); SHAPE (a result of
 * size 0). */
AG_API ag_tensor *ag_conv_transpose1d(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                      const ag_conv_options *o);
AG_API ag_tensor *ag_conv_transpose2d(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                      const ag_conv_options *o);
AG_API ag_tensor *ag_conv_transpose3d(ag_tensor *x, ag_tensor *w, ag_tensor *b,
                                      const ag_conv_options *o);

/* --- pooling ---------------------------------------------------------------------------------- */

/* One number for each spatial dimension. The kernel must be given, and so must the options. */
typedef struct ag_pool_options {
    int64_t kernel[3];
    int64_t stride[3];   /* that of the kernel */
    int64_t padding[3];  /* 0; at most half of the kernel */
    int64_t dilation[3]; /* 1; max pooling only */
    bool ceil_mode;   /* the last window may reach beyond the padding if it begins before its end */
    bool exclude_pad; /* average pooling divides by the number of elements of x in the window */
    int64_t divisor;  /* average pooling divides by this instead, unless it is 0 */
} ag_pool_options;

/* The largest element of each window. The padding is never the largest; NaN is.
 *   (N, C, size...) or (C, size...) -> (N, C, size'...), size' as in a convolution
 *   gX = gY added at the largest element: the first of equal ones, the last of several NaN
 * *indices (may be NULL) becomes the i64 index of each largest element, in row-major order within
 * one plane of x. Errors: SHAPE (a kernel larger than the padded input, a window completely in the
 * padding); VALUE. */
AG_API ag_tensor *ag_max_pool1d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices);
AG_API ag_tensor *ag_max_pool2d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices);
AG_API ag_tensor *ag_max_pool3d(ag_tensor *x, const ag_pool_options *o, ag_tensor **indices);

/* The mean of each window; the padding counts as zeros unless exclude_pad is set.
 *   gX = gY / count, added to every element of its window
 * Errors: SHAPE; VALUE (also a dilation other than 1). */
AG_API ag_tensor *ag_avg_pool1d(ag_tensor *x, const ag_pool_options *o);
AG_API ag_tensor *ag_avg_pool2d(ag_tensor *x, const ag_pool_options *o);
AG_API ag_tensor *ag_avg_pool3d(ag_tensor *x, const ag_pool_options *o);

/* The means of `size` windows that cover a dimension of n elements as evenly as possible: window i
 * goes from floor(i n / size) to ceil((i + 1) n / size).  (N, C, n) or (C, n) -> (N, C, size)
 * Errors: SHAPE (n = 0); VALUE (a negative size). */
AG_API ag_tensor *ag_adaptive_avg_pool1d(ag_tensor *x, int64_t size);
AG_API ag_tensor *ag_adaptive_avg_pool2d(ag_tensor *x, int64_t height, int64_t width);
AG_API ag_tensor *ag_adaptive_avg_pool3d(ag_tensor *x, int64_t depth, int64_t height,
                                         int64_t width);

/* The largest elements of the same windows; gradient, indices and errors as ag_max_pool2d's. */
AG_API ag_tensor *ag_adaptive_max_pool1d(ag_tensor *x, int64_t size, ag_tensor **indices);
AG_API ag_tensor *ag_adaptive_max_pool2d(ag_tensor *x, int64_t height, int64_t width,
                                         ag_tensor **indices);
AG_API ag_tensor *ag_adaptive_max_pool3d(ag_tensor *x, int64_t depth, int64_t height, int64_t width,
                                         ag_tensor **indices);

/* The transpose of max pooling: each element of x goes to its index, as max pooling gave it, within
 * a plane of zeros. Of two elements with one index the later stays. `o` is what was pooled with;
 * the n spatial sizes of the result may be given, AG_SCALAR means
 *   size' = (size - 1) stride - 2 padding + kernel
 *   gX = gY at the indices, 0 for elements that were overwritten
 * Errors: SHAPE; DTYPE; VALUE (an index outside of the plane; a size that is a stride or more away
 * from the usual one); NULL_ARGUMENT. */
AG_API ag_tensor *ag_max_unpool1d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                                  ag_shape size);
AG_API ag_tensor *ag_max_unpool2d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                                  ag_shape size);
AG_API ag_tensor *ag_max_unpool3d(ag_tensor *x, ag_tensor *indices, const ag_pool_options *o,
                                  ag_shape size);

/* --- normalization ---------------------------------------------------------------------------- */

typedef struct ag_batch_norm_options {
    bool training;
    double momentum;     /* the weight of a batch in the running statistics; 0 means 0.1 */
    double eps;          /* 0 means 1e-5 */
    bool biased_running; /* the running variance follows the biased variance, as in Keras */
} ag_batch_norm_options;

/* y = (x - m) / sqrt(v + eps) weight + bias, for each channel.
 *   x (N, C, ...); the others (C) or NULL -> the shape of x
 * In training m and v are the mean and the biased variance of the batch, and
 *   running_mean = (1 - momentum) running_mean + momentum m
 *   running_var  = (1 - momentum) running_var + momentum v n/(n - 1), n values in a channel;
 *                  with biased_running without the n/(n - 1)
 * are written into the two leaves, unless the batch is empty; either may be NULL. The caller fills
 * them with 0 and 1 at first and makes them before the mark that a step rewinds to. A part that is
 * computed twice (ag_checkpoint) moves them twice. Outside of training m and v are the running
 * statistics, as constants; a variance that left the range (numbers of 1e20 in f32) is inf there.
 *   with xh = (x - m)/s, s = sqrt(v + eps), gH = gY weight, in training:
 *   gX = (gH - mean(gH) - xh mean(gH xh)) / s,  gWeight = sum gY xh,  gBias = sum gY
 * Ioffe and Szegedy, Batch Normalization (2015), algorithms 1 and 2. Errors: SHAPE (also one value
 * per channel in training); NULL_ARGUMENT (no running statistics outside of training); STATE (they
 * are not leaves). */
AG_API ag_tensor *ag_batch_norm(ag_tensor *x, ag_tensor *weight, ag_tensor *bias,
                                ag_tensor *running_mean, ag_tensor *running_var,
                                const ag_batch_norm_options *options);

/* The same formula with m and v of each sample over its last n axes; weight and bias, or NULL, have
 * the sizes of these axes. eps is usually 1e-5; 0 means 0. Ba, Kiros, Hinton: Layer Normalization
 * (2016). Errors: AXIS (n); SHAPE; VALUE (eps is negative or not finite). */
AG_API ag_tensor *ag_layer_norm(ag_tensor *x, int n_trailing_axes, ag_tensor *weight,
                                ag_tensor *bias, double eps);

/* x / sqrt(mean(x^2) + eps) weight, where the mean goes over the last n axes.
 *   with r = 1/sqrt(mean(x^2) + eps), gH = gY weight:  gX = r gH - r^3 x mean(gH x)
 * Zhang and Sennrich, Root Mean Square Layer Normalization (2019), eq. 4. Errors: the same. */
AG_API ag_tensor *ag_rms_norm(ag_tensor *x, int n_trailing_axes, ag_tensor *weight, double eps);

/* As ag_layer_norm, but m and v go over the channels of a group and all axes after them; the C
 * channels of a sample form `groups` groups of equal size. x (N, C, ...); weight and bias (C) or
 * NULL. Wu and He, Group Normalization (2018). Errors: SHAPE; VALUE (groups that do not divide the
 * channels, eps is negative or not finite). */
AG_API ag_tensor *ag_group_norm(ag_tensor *x, int64_t groups, ag_tensor *weight, ag_tensor *bias,
                                double eps);

/* The same with each channel of a sample as a group: m and v go over its places alone. Ulyanov and
 * others, Instance Normalization (2016). Errors: as ag_group_norm. */
AG_API ag_tensor *ag_instance_norm(ag_tensor *x, ag_tensor *weight, ag_tensor *bias, double eps);

/* --- embedding -------------------------------------------------------------------------------- */

typedef struct ag_embedding_options {
    bool has_padding;
    int64_t padding_idx; /* this row gets no gradient; negative counts from the end */
} ag_embedding_options;

/* Rows of a table.  weight (rows, n), indices (...) of i64 -> (..., n)
 *   gWeight[r] = sum of gY over all places whose index is r
 * Errors: SHAPE; DTYPE; VALUE (an index or padding_idx outside the table). */
AG_API ag_tensor *ag_embedding(ag_tensor *weight, ag_tensor *indices,
                               const ag_embedding_options *options);

/* --- dropout ---------------------------------------------------------------------------------- */

/* In training each element becomes 0 with probability p and is otherwise divided by 1 - p, so that
 * its mean does not change; the generator of the graph draws. Outside of training the result is x.
 *   gX = gY times the same factors; for p = 1 all are 0
 * Srivastava and others, Dropout (2014). Errors: VALUE (p outside of 0 to 1). */
AG_API ag_tensor *ag_dropout(ag_tensor *x, double p, bool training);

/* The same for all places of a channel at once. x (N, C, ...). Tompson and others, Efficient
 * Object Localization (2015). Errors: VALUE; SHAPE (no channels). */
AG_API ag_tensor *ag_channel_dropout(ag_tensor *x, double p, bool training);

/* --- attention -------------------------------------------------------------------------------- */

/* Whether attention is recorded step by step, with the weights, or as one operation without. */
typedef enum ag_attention_form {
    AG_ATTENTION_AUTO, /* as one operation from 65536 scores (L S) on */
    AG_ATTENTION_STEPS,
    AG_ATTENTION_FUSED
} ag_attention_form;

typedef struct ag_attention_options {
    bool causal;         /* position i of L sees positions up to i of S */
    double scale;        /* 0 means 1/sqrt(E) */
    double dropout;      /* the probability of dropping a weight; 0 outside of training */
    ag_tensor **weights; /* unless NULL, *weights becomes the softmax (..., L, S) before dropout */
    ag_attention_form form;
} ag_attention_options;

/* softmax(q k^T scale + mask) v, where the softmax goes over the last axis.
 *   q (..., L, E), k (..., S, E), v (..., S, V) -> (..., L, V); leading sizes broadcast
 * The mask, or NULL, broadcasts to (..., L, S). An i64 mask hides the positions where it is 0; a
 * floating one is added. A row in which a mask hides all gives 0 and passes no gradient on.
 *   with A = softmax(...), gA = gY v^T, gS = A (gA - sum(gA A)):
 *   gV = A^T gY,  gQ = scale gS k,  gK = scale gS^T q,  gMask = gS
 * As one operation it keeps no weights, so that memory grows with L + S and not with L S, also
 * going back; only a recorded gradient has the weights again. Steps are recorded in any case if
 * there are weights or dropout among the options, a mask that needs a gradient, or a size of 0.
 * Vaswani and others, Attention Is All You Need (2017), eq. 1. Errors: SHAPE; VALUE (dropout, a
 * scale that is not finite). */
AG_API ag_tensor *ag_attention(ag_tensor *q, ag_tensor *k, ag_tensor *v, ag_tensor *mask,
                               const ag_attention_options *options);

/* --- recurrent cells -------------------------------------------------------------------------- */

/* One step of a long short-term memory: *next becomes c', and h' is the result. The gates before
 * their activation are x + u, four of n numbers each in the order i, f, g, o: x comes from the
 * input, W x + b, u from the state, U h; either may be a bias alone. With s the sigmoid:
 *   i, f, o = s(x + u),  g = tanh(x + u),  c' = f c + i g,  h' = o tanh(c')
 *   x, u (..., 4n), c (..., n) -> h' and c' (..., n); leading sizes broadcast; none may be 0-d
 *   with d = gC' + gH' o (1 - tanh(c')^2) and gO = gH' tanh(c'):
 *   gC = d f,  gX = gU = [d g i (1 - i), d c f (1 - f), d i (1 - g^2), gO o (1 - o)]
 * It is one operation, which keeps h' and c' alone, in a trace two slices of one tensor; gX and gU
 * are lstm_gates(gY, x + u, c) there, and gC is lstm_state(gY, x + u, c). nn_lstm's option `steps`
 * records each gate. Hochreiter and Schmidhuber (1997), with the forget gate of Gers and others
 * (2000). `next` may be NULL; *next becomes NULL after an error. Errors: SHAPE. */
AG_API ag_tensor *ag_lstm_cell(ag_tensor *x, ag_tensor *u, ag_tensor *c, ag_tensor **next);

/* One step of a gated recurrent unit, h': gates of n numbers each in the order r, z, n.
 *   r, z = s(x + u),  n = tanh(x + r u),  h' = (1 - z) n + z h
 *   x, u (..., 3n), h (..., n) -> (..., n); leading sizes as in ag_lstm_cell
 *   with gN = gH' (1 - z)(1 - n^2):  gH = gH' z,  gX = [gN u r (1 - r), gH' (h - n) z (1 - z), gN],
 *   and gU is the same but gN r in its last part; gru_state, gru_input and gru_hidden in a trace
 * Cho and others (2014), in the form whose reset gate stands behind the product. Errors: SHAPE. */
AG_API ag_tensor *ag_gru_cell(ag_tensor *x, ag_tensor *u, ag_tensor *h);

AG_END_C

/* The source line of the call, for messages; variadic where an argument may be a braced literal. */
#ifndef AG_NO_SITES
#define ag_linear(x, w, b) ag_linear(AG_AT(x), AG_AT(w), AG_AT(b))
#define ag_linear_relu(x, w, b) ag_linear_relu(AG_AT(x), AG_AT(w), AG_AT(b))
#define ag_linear_relu_dropout(x, w, b, p) ag_linear_relu_dropout(AG_AT(x), AG_AT(w), AG_AT(b), p)
#define ag_linear_sigmoid(x, w, b) ag_linear_sigmoid(AG_AT(x), AG_AT(w), AG_AT(b))
#define ag_linear_tanh(x, w, b) ag_linear_tanh(AG_AT(x), AG_AT(w), AG_AT(b))
#define ag_conv1d(x, w, b, ...) ag_conv1d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv2d(x, w, b, ...) ag_conv2d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv3d(x, w, b, ...) ag_conv3d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv1d_relu(x, w, b, ...) ag_conv1d_relu(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv2d_relu(x, w, b, ...) ag_conv2d_relu(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv3d_relu(x, w, b, ...) ag_conv3d_relu(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv_transpose1d(x, w, b, ...)                                                          \
    ag_conv_transpose1d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv_transpose2d(x, w, b, ...)                                                          \
    ag_conv_transpose2d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_conv_transpose3d(x, w, b, ...)                                                          \
    ag_conv_transpose3d(AG_AT(x), AG_AT(w), AG_AT(b), __VA_ARGS__)
#define ag_max_pool1d(x, ...) ag_max_pool1d(AG_AT(x), __VA_ARGS__)
#define ag_max_pool2d(x, ...) ag_max_pool2d(AG_AT(x), __VA_ARGS__)
#define ag_max_pool3d(x, ...) ag_max_pool3d(AG_AT(x), __VA_ARGS__)
#define ag_avg_pool1d(x, ...) ag_avg_pool1d(AG_AT(x), __VA_ARGS__)
#define ag_avg_pool2d(x, ...) ag_avg_pool2d(AG_AT(x), __VA_ARGS__)
#define ag_avg_pool3d(x, ...) ag_avg_pool3d(AG_AT(x), __VA_ARGS__)
#define ag_adaptive_avg_pool1d(x, size) ag_adaptive_avg_pool1d(AG_AT(x), size)
#define ag_adaptive_avg_pool2d(x, height, width) ag_adaptive_avg_pool2d(AG_AT(x), height, width)
#define ag_adaptive_avg_pool3d(x, ...) ag_adaptive_avg_pool3d(AG_AT(x), __VA_ARGS__)
#define ag_adaptive_max_pool1d(x, ...) ag_adaptive_max_pool1d(AG_AT(x), __VA_ARGS__)
#define ag_adaptive_max_pool2d(x, ...) ag_adaptive_max_pool2d(AG_AT(x), __VA_ARGS__)
#define ag_adaptive_max_pool3d(x, ...) ag_adaptive_max_pool3d(AG_AT(x), __VA_ARGS__)
#define ag_max_unpool1d(x, indices, ...) ag_max_unpool1d(AG_AT(x), AG_AT(indices), __VA_ARGS__)
#define ag_max_unpool2d(x, indices, ...) ag_max_unpool2d(AG_AT(x), AG_AT(indices), __VA_ARGS__)
#define ag_max_unpool3d(x, indices, ...) ag_max_unpool3d(AG_AT(x), AG_AT(indices), __VA_ARGS__)
#define ag_batch_norm(x, weight, bias, running_mean, running_var, ...)                             \
    ag_batch_norm(AG_AT(x), AG_AT(weight), AG_AT(bias), AG_AT(running_mean), AG_AT(running_var),   \
                  __VA_ARGS__)
#define ag_layer_norm(x, n, weight, bias, eps)                                                     \
    ag_layer_norm(AG_AT(x), n, AG_AT(weight), AG_AT(bias), eps)
#define ag_rms_norm(x, n, weight, eps) ag_rms_norm(AG_AT(x), n, AG_AT(weight), eps)
#define ag_group_norm(x, groups, weight, bias, eps)                                                \
    ag_group_norm(AG_AT(x), groups, AG_AT(weight), AG_AT(bias), eps)
#define ag_instance_norm(x, weight, bias, eps)                                                     \
    ag_instance_norm(AG_AT(x), AG_AT(weight), AG_AT(bias), eps)
#define ag_embedding(weight, indices, ...) ag_embedding(AG_AT(weight), AG_AT(indices), __VA_ARGS__)
#define ag_dropout(x, p, training) ag_dropout(AG_AT(x), p, training)
#define ag_channel_dropout(x, p, training) ag_channel_dropout(AG_AT(x), p, training)
#define ag_lstm_cell(x, u, c, next) ag_lstm_cell(AG_AT(x), AG_AT(u), AG_AT(c), next)
#define ag_gru_cell(x, u, h) ag_gru_cell(AG_AT(x), AG_AT(u), AG_AT(h))
#define ag_attention(q, k, v, mask, ...)                                                           \
    ag_attention(AG_AT(q), AG_AT(k), AG_AT(v), AG_AT(mask), __VA_ARGS__)
#endif

#endif

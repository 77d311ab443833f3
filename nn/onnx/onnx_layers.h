/* What each layer becomes, file by file. Private to nn/onnx. */
#ifndef NN_ONNX_ONNX_LAYERS_H
#define NN_ONNX_ONNX_LAYERS_H

#include "nn/layers/layer.h"
#include "onnx_graph.h"

/* onnx_dense.c */
nn__onnx_layer nn__onnx_linear, nn__onnx_conv;

/* onnx_pool.c */
nn__onnx_layer nn__onnx_pool, nn__onnx_adaptive;

/* onnx_norm.c */
nn__onnx_layer nn__onnx_dropout, nn__onnx_channel_dropout, nn__onnx_batch_norm, nn__onnx_layer_norm,
    nn__onnx_rms_norm, nn__onnx_group_norm;

/* onnx_activation.c */
nn__onnx_layer nn__onnx_plain, nn__onnx_one, nn__onnx_two, nn__onnx_along, nn__onnx_prelu,
    nn__onnx_threshold;

/* onnx_shape.c */
nn__onnx_layer nn__onnx_flatten, nn__onnx_reshape_layer, nn__onnx_rescale, nn__onnx_standardize,
    nn__onnx_sequential, nn__onnx_branches, nn__onnx_residual;

#endif

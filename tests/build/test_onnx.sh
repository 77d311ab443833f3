#!/bin/sh
# Proves that nn_save_onnx writes what the standard's own checker accepts, and that onnxruntime
# computes from it what the network computes, for every layer that can be exported and batches of two
# sizes. The packages are taken where they are installed, or else put in BUILD by pip; where neither
# works, the tests are skipped and say so.
. tests/build/lib.sh

python=$(python_with python_onnx numpy,onnx,onnxruntime numpy onnx onnxruntime)
if [ -z "$python" ]; then
    skip "onnx" "no Python with onnx and onnxruntime, and pip cannot install them"
    exit 0
fi

cat >"$work/save.c" <<'END_C'
#include <autograd.h>
#include <stdio.h>
#include <string.h>

/* No parameter and no buffer is to be a 0 or 1 that hides a fault. */
static ag_status draw(const char *path, const nn_slot *slot, void *user)
{
    (void)path;
    (void)user;
    return ag_fill_uniform(slot->tensor, slot->buffer ? 0.5 : -0.7, slot->buffer ? 1.5 : 0.7);
}

/* FOLDER/NAME.onnx, and as .x.npy and .y.npy five rows and what the network makes of them. */
static ag_status save(const char *folder, const char *name, nn_module *net, ag_shape sample)
{
    char path[3][500];
    ag_graph *g = nn_graph_of(net);
    ag_shape all = {.ndim = sample.ndim + 1, .dim = {5}};
    for (int i = 0; i < sample.ndim; i++) {
        all.dim[i + 1] = sample.dim[i];
    }
    for (int i = 0; i < 3; i++) {
        const char *const ends[] = {"onnx", "x.npy", "y.npy"};
        snprintf(path[i], sizeof path[i], "%s/%s.%s", folder, name, ends[i]);
    }
    ag_tensor *x = ag_leaf(g, AG_CONSTANT, AG_F32, all, NULL);
    if (nn_build(net, AG_F32, sample) != AG_OK || nn_visit(net, NULL, draw, NULL) != AG_OK ||
        ag_fill_uniform(x, -3, 3) != AG_OK || nn_set_note(net, "name", name) != AG_OK) {
        return ag_error(g);
    }
    nn_set_training(net, false);
    if (nn_save_onnx(net, path[0]) != AG_OK || nn_save_npy(x, path[1]) != AG_OK) {
        return ag_error(g);
    }
    return nn_save_npy(nn_call(net, x), path[2]);
}

static int failures = 0;
static void tell(const char *folder, const char *name, nn_module *net, ag_shape sample, ag_graph *g)
{
    if (net == NULL || save(folder, name, net, sample) != AG_OK) {
        fprintf(stderr, "%s: %s\n", name, ag_error_message(g));
        failures++;
    }
    ag_error_clear(g);
}

static void activations(const char *folder, ag_graph *g)
{
#define ROW(name) tell(folder, #name, nn_##name(g), AG_SHAPE(7), g);
    NN_ACTIVATION_TABLE(ROW)
#undef ROW
    tell(folder, "leaky_relu", nn_leaky_relu(g, 0.2), AG_SHAPE(7), g);
    tell(folder, "elu", nn_elu(g, 0.7), AG_SHAPE(7), g);
    tell(folder, "celu", nn_celu(g, 0.7), AG_SHAPE(7), g);
    tell(folder, "hardtanh", nn_hardtanh(g, -0.5, 2), AG_SHAPE(7), g);
    tell(folder, "softmax", nn_softmax(g, 1), AG_SHAPE(3, 4), g);
    tell(folder, "log_softmax", nn_log_softmax(g, -1), AG_SHAPE(3, 4), g);
    tell(folder, "prelu", nn_prelu(g, false), AG_SHAPE(3, 4, 2), g);
    tell(folder, "prelu_channel", nn_prelu(g, true), AG_SHAPE(3, 4, 2), g);
    tell(folder, "prelu_vector", nn_prelu(g, true), AG_SHAPE(3), g);
    nn_module *zero = nn_rescale(g, 0, 0); /* what becomes of 0 itself */
    tell(folder, "threshold", nn_threshold(g, NULL), AG_SHAPE(7), g);
    tell(folder, "threshold_zero", nn_sequential(g, zero, nn_threshold(g, NULL)), AG_SHAPE(2), g);
    const nn_threshold_options lower = {true, true};
    tell(folder, "threshold_lower", nn_threshold(g, &lower), AG_SHAPE(7), g);
    tell(folder, "threshold_lower_zero", nn_sequential(g, zero, nn_threshold(g, &lower)),
         AG_SHAPE(2), g);
}

static void dense(const char *folder, ag_graph *g)
{
    const nn_linear_options plain = {.no_bias = true};
    const nn_conv_options same = {.conv = {.same = true, .dilation = {2, 1, 1}}};
    const nn_conv_options wide = {.conv = {.stride = {2, 1, 1}, .padding = {1, 2, 0}, .groups = 2},
                                  .no_bias = true};
    const nn_conv_options up = {
        .conv = {.stride = {2, 3, 1}, .padding = {1, 0, 0}, .output_padding = {1, 2, 0}}};
    const nn_conv_options cube = {.conv = {.stride = {1, 2, 1}, .padding = {0, 1, 1}}};
    tell(folder, "linear", nn_linear(g, 4, NULL), AG_SHAPE(3), g);
    tell(folder, "linear_plain", nn_linear(g, 4, &plain), AG_SHAPE(3), g);
    tell(folder, "linear_3d", nn_linear(g, 4, NULL), AG_SHAPE(2, 3), g);
    tell(folder, "linear_3d_plain", nn_linear(g, 4, &plain), AG_SHAPE(2, 3), g);
    tell(folder, "conv1d", nn_conv1d(g, 3, 4, NULL), AG_SHAPE(2, 9), g);
    tell(folder, "conv2d", nn_conv2d(g, 4, 3, 2, &wide), AG_SHAPE(2, 8, 7), g);
    tell(folder, "conv2d_same", nn_conv2d(g, 3, 2, 4, &same), AG_SHAPE(2, 6, 7), g);
    tell(folder, "conv3d", nn_conv3d(g, 2, 2, 3, 3, &cube), AG_SHAPE(2, 4, 5, 4), g);
    tell(folder, "conv_transpose1d", nn_conv_transpose1d(g, 3, 3, &up), AG_SHAPE(2, 5), g);
    tell(folder, "conv_transpose2d", nn_conv_transpose2d(g, 3, 3, 2, &up), AG_SHAPE(2, 4, 5), g);
}

static void pools(const char *folder, ag_graph *g)
{
    const ag_pool_options step = {.stride = {1, 2}, .padding = {1, 1}};
    const ag_pool_options ceil = {.stride = {2, 2}, .ceil_mode = true};
    const ag_pool_options spread = {.dilation = {2, 1}, .stride = {1, 1}};
    const ag_pool_options inside = {.padding = {1, 1}, .exclude_pad = true};
    tell(folder, "max_pool1d", nn_max_pool1d(g, 2, NULL), AG_SHAPE(2, 9), g);
    tell(folder, "max_pool2d", nn_max_pool2d(g, 3, 2, &step), AG_SHAPE(2, 6, 7), g);
    tell(folder, "max_pool_ceil", nn_max_pool2d(g, 3, 3, &ceil), AG_SHAPE(2, 6, 8), g);
    tell(folder, "max_pool_spread", nn_max_pool2d(g, 3, 2, &spread), AG_SHAPE(2, 6, 7), g);
    tell(folder, "avg_pool1d", nn_avg_pool1d(g, 2, &step), AG_SHAPE(2, 8), g);
    tell(folder, "avg_pool2d", nn_avg_pool2d(g, 3, 2, &step), AG_SHAPE(2, 6, 7), g);
    tell(folder, "avg_pool_inside", nn_avg_pool2d(g, 2, 2, &inside), AG_SHAPE(2, 6, 6), g);
    tell(folder, "adaptive_1", nn_adaptive_avg_pool2d(g, 1, 1), AG_SHAPE(2, 6, 7), g);
    tell(folder, "adaptive_23", nn_adaptive_avg_pool2d(g, 2, 3), AG_SHAPE(2, 4, 9), g);
    tell(folder, "adaptive_max", nn_adaptive_max_pool2d(g, 2, 3), AG_SHAPE(2, 4, 9), g);
    tell(folder, "adaptive_max_1", nn_adaptive_max_pool1d(g, 1), AG_SHAPE(2, 9), g);
    tell(folder, "adaptive_cube", nn_adaptive_avg_pool3d(g, 2, 1, 3), AG_SHAPE(2, 4, 3, 3), g);
    tell(folder, "max_pool3d", nn_max_pool3d(g, 2, 1, 2, NULL), AG_SHAPE(2, 4, 3, 5), g);
    tell(folder, "avg_pool3d", nn_avg_pool3d(g, 2, 1, 2, NULL), AG_SHAPE(2, 4, 3, 5), g);
    tell(folder, "adaptive_line", nn_adaptive_avg_pool1d(g, 3), AG_SHAPE(2, 9), g);
}

static void norms(const char *folder, ag_graph *g)
{
    const nn_batch_norm_options keras = {.keras = true}, bare = {.no_affine = true};
    const nn_norm_options two = {.axes = 2, .eps = 0.1}, none = {.no_affine = true},
                          no_bias = {.no_bias = true};
    tell(folder, "batch_norm", nn_batch_norm(g, NULL), AG_SHAPE(3, 4, 2), g);
    tell(folder, "batch_norm_keras", nn_batch_norm(g, &keras), AG_SHAPE(3), g);
    tell(folder, "batch_norm_bare", nn_batch_norm(g, &bare), AG_SHAPE(3), g);
    tell(folder, "layer_norm", nn_layer_norm(g, NULL), AG_SHAPE(6), g);
    tell(folder, "layer_norm_2", nn_layer_norm(g, &two), AG_SHAPE(3, 4), g);
    tell(folder, "layer_norm_none", nn_layer_norm(g, &none), AG_SHAPE(3, 4), g);
    tell(folder, "layer_norm_no_bias", nn_layer_norm(g, &no_bias), AG_SHAPE(3, 4), g);
    tell(folder, "rms_norm", nn_rms_norm(g, NULL), AG_SHAPE(6), g);
    tell(folder, "rms_norm_2", nn_rms_norm(g, &two), AG_SHAPE(3, 4), g);
    tell(folder, "rms_norm_none", nn_rms_norm(g, &none), AG_SHAPE(3, 4), g);
    tell(folder, "group_norm", nn_group_norm(g, 2, NULL), AG_SHAPE(4, 3, 2), g);
    tell(folder, "group_norm_vector", nn_group_norm(g, 2, NULL), AG_SHAPE(6), g);
    tell(folder, "group_norm_none", nn_group_norm(g, 4, &none), AG_SHAPE(4, 3), g);
    tell(folder, "instance_norm", nn_instance_norm(g, &no_bias), AG_SHAPE(3, 5), g);
    tell(folder, "dropout", nn_dropout(g, 0.4), AG_SHAPE(3), g);
    tell(folder, "channel_dropout", nn_channel_dropout(g, 0.4), AG_SHAPE(3, 2), g);
}

static void composed(const char *folder, ag_graph *g)
{
    const double mean[] = {1, 2, -1}, deviation[] = {2, 0, 0.5};
    const nn_conv_options same = {.conv = {.same = true}};
    nn_module *shared = nn_linear(g, 3, NULL);
    tell(folder, "flatten", nn_flatten(g), AG_SHAPE(2, 3, 4), g);
    tell(folder, "reshape", nn_reshape(g, AG_SHAPE(4, -1)), AG_SHAPE(2, 6), g);
    tell(folder, "rescale", nn_rescale(g, 1.0 / 255, -0.5), AG_SHAPE(4), g);
    tell(folder, "standardize", nn_standardize_by(g, AG_SHAPE(3), mean, deviation), AG_SHAPE(3), g);
    tell(folder, "residual", nn_residual(g, nn_linear(g, 3, NULL), NULL), AG_SHAPE(3), g);
    tell(folder, "shortcut", nn_residual(g, nn_linear(g, 4, NULL), nn_linear(g, 4, NULL)),
         AG_SHAPE(3), g);
    tell(folder, "branches", nn_branches(g, 1, nn_linear(g, 4, NULL), nn_relu(g), nn_tanh(g)),
         AG_SHAPE(3), g);
    tell(folder, "shared", nn_sequential(g, shared, nn_tanh(g), shared), AG_SHAPE(3), g);
    tell(folder, "cnn",
         nn_sequential(g, nn_rescale(g, 0.5, 0), nn_conv2d(g, 4, 3, 3, &same), nn_batch_norm(g, NULL),
                       nn_relu(g), nn_max_pool2d(g, 2, 2, NULL), nn_conv2d(g, 6, 2, 2, &same),
                       nn_softplus(g), nn_flatten(g), nn_linear(g, 8, NULL), nn_relu(g),
                       nn_dropout(g, 0.5), nn_linear(g, 3, NULL), nn_softmax(g, -1)),
         AG_SHAPE(1, 8, 6), g);
}

int main(int argc, char **argv)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = AG_F32, .seed = 3});
    const char *folder = argc > 1 ? argv[1] : ".";
    activations(folder, g);
    dense(folder, g);
    pools(folder, g);
    norms(folder, g);
    composed(folder, g);
    ag_graph_free(g);
    return failures != 0;
}
END_C

# Each network: the checker with the inference of all shapes, the names, then the numbers, of all
# rows and of two. `change` plants a fault in what was read.
cat >"$work/run.py" <<'END_PY'
import glob, os, sys
import numpy, onnx, onnxruntime
folder, change = sys.argv[1], len(sys.argv) > 2
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
bad = n = 0
for path in sorted(glob.glob(os.path.join(folder, "*.onnx"))):
    name = os.path.basename(path)[:-5]
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        assert {p.key: p.value for p in model.metadata_props}["name"] == name
        assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
        run = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        x = numpy.load(os.path.join(folder, name + ".x.npy"))
        want = numpy.load(os.path.join(folder, name + ".y.npy"))
        for rows in (5, 2):
            got, = run.run(["output"], {"input": x[:rows] * (1.001 if change else 1)})
            assert got.shape == want[:rows].shape, (got.shape, want[:rows].shape)
            numpy.testing.assert_allclose(got, want[:rows], rtol=2e-5, atol=2e-6)
        n += 1
    except Exception as e:
        print(name, type(e).__name__, str(e)[:400])
        bad += 1
print(n, "networks agree")
sys.exit(bad > 0 or n < 60)
END_PY

mkdir "$work/nets"
check "onnx: the program builds" $CC -std=c11 -Wno-psabi -I"$BUILD/include" -o "$work/save" \
    "$work/save.c" "$BUILD/libautograd.a" ${LIBS:--lm}
check "onnx: every network is written" "$work/save" "$work/nets"
check "onnx: onnxruntime computes the same" "$python" "$work/run.py" "$work/nets"
catches "onnx: other inputs" "$python" "$work/run.py" "$work/nets" change
head -c 900 "$work/nets/cnn.onnx" >"$work/nets/cut.onnx"
catches "onnx: a file that is cut off" "$python" "$work/run.py" "$work/nets"
finish

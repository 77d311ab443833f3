/* Networks as ONNX files, read by a few lines that know how Protocol Buffers are written: operators
 * in their order, weights under their names, inputs and outputs; what cannot be exported; memory
 * that runs out. That other programs compute the same is tests/build/test_onnx.sh. Must not know
 * any private header of the library.
 */
#include "tests/no_memory.h"

#include <unistd.h>

static ag_graph *g;
static char path[] = "/tmp/nn_onnx_XXXXXX";

static void setup(void)
{
    g = ag_graph_new_with(&(ag_graph_options){.seed = 1});
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void teardown(void)
{
    ag_graph_free(g);
    remove(path);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Bytes, and the field that was met last in them: a number, or bytes again. */
typedef struct message {
    const unsigned char *at, *end;
    int field;
    uint64_t number;
    const unsigned char *inner;
} message;

static uint64_t varint(message *m)
{
    uint64_t n = 0;
    for (int shift = 0;; shift += 7) {
        ck_assert(m->at < m->end && shift < 70);
        n |= (uint64_t)(*m->at & 0x7F) << shift;
        if (*m->at++ < 0x80) {
            return n;
        }
    }
}

static bool next(message *m)
{
    if (m->at == m->end) {
        return false;
    }
    uint64_t key = varint(m);
    int kind = (int)(key & 7);
    m->field = (int)(key >> 3);
    ck_assert(kind == 0 || kind == 2 || kind == 5);
    m->number = kind == 5 ? 4 : varint(m);
    m->inner = m->at;
    m->at += kind == 0 ? 0 : m->number;
    ck_assert(m->at <= m->end);
    return true;
}

static message inside(const message *m)
{
    return (message){m->inner, m->inner + m->number, 0, 0, NULL};
}

/* The k-th field of that number, 0, 1, ...; false where there are fewer. */
static bool find(message *m, message from, int field, int k)
{
    while (next(&from)) {
        if (from.field == field && k-- == 0) {
            *m = from;
            return true;
        }
    }
    return false;
}

static bool is_text(message from, int field, const char *text)
{
    message m;
    return find(&m, from, field, 0) && m.number == strlen(text) &&
           memcmp(m.inner, text, m.number) == 0;
}

static message read_graph(unsigned char *bytes, size_t room)
{
    FILE *in = fopen(path, "rb");
    ck_assert_ptr_nonnull(in);
    size_t n = fread(bytes, 1, room, in);
    fclose(in);
    ck_assert(n > 0 && n < room);
    message model = {bytes, bytes + n, 0, 0, NULL}, graph;
    ck_assert(find(&graph, model, 1, 0) && graph.number == 8);
    ck_assert(find(&graph, model, 8, 0) && find(&graph, inside(&graph), 2, 0));
    ck_assert_int_eq((int)graph.number, 17);
    ck_assert(is_text(model, 2, "libautograd"));
    ck_assert(find(&graph, model, 7, 0));
    return inside(&graph);
}

/* --- tests ------------------------------------------------------------------------------------ */

START_TEST(test_operators_and_weights)
{
    static const char *const ops[] = {"Gemm", "Relu", "Gemm", "Identity"};
    static const char *const names[] = {"0.weight", "0.bias", "2.weight"};
    unsigned char bytes[4096];
    message node, part, first;
    setup();
    nn_module *net = nn_sequential(g, nn_linear(g, 3, NULL), nn_relu(g),
                                   nn_linear(g, 2, &(nn_linear_options){.no_bias = true}));
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    expect_ok(nn_save_onnx(net, path));
    size_t held = ag_graph_get_stats(g).bytes;
    expect_ok(nn_save_onnx(net, path));
    ck_assert_uint_eq(ag_graph_get_stats(g).bytes, held);
    message graph = read_graph(bytes, sizeof bytes);
    for (int i = 0; i < 4; i++) {
        ck_assert(find(&node, graph, 1, i));
        ck_assert_msg(is_text(inside(&node), 4, ops[i]), "node %d is no %s", i, ops[i]);
    }
    ck_assert(!find(&node, graph, 1, 4));
    ck_assert(find(&first, graph, 1, 0) && is_text(inside(&first), 1, "input"));
    ck_assert(find(&part, inside(&first), 1, 2) && !find(&part, inside(&first), 1, 3));
    ck_assert(find(&node, graph, 1, 3) && is_text(inside(&node), 2, "output"));
    ck_assert(find(&part, graph, 11, 0) && is_text(inside(&part), 1, "input"));
    ck_assert(find(&part, graph, 12, 0) && is_text(inside(&part), 1, "output"));
    for (int i = 0; i < 3; i++) {
        double want[6];
        ag_tensor *t = nn_find(net, names[i]);
        expect_ok(ag_get(t, want, ag_size(t)));
        ck_assert(find(&node, graph, 5, i) && is_text(inside(&node), 8, names[i]));
        ck_assert(find(&part, inside(&node), 9, 0));
        ck_assert_uint_eq(part.number, (uint64_t)ag_size(t) * 4);
        for (int64_t k = 0; k < ag_size(t); k++) {
            float got;
            memcpy(&got, part.inner + 4 * k, 4);
            ck_assert(got == (float)want[k]);
        }
    }
    ck_assert(!find(&node, graph, 5, 3));
    teardown();
}
END_TEST

static ag_tensor *twice(ag_tensor *x, void *user)
{
    (void)user;
    return ag_mul_scalar(x, 2);
}

START_TEST(test_what_cannot_be_exported)
{
    setup();
    nn_module *net = nn_sequential(g, nn_relu(g), nn_residual(g, nn_lambda(g, twice, NULL), NULL));
    no_success(g, HERE, nn_save_onnx(net, path), AG_ERR_STATE, "nn_save_onnx: the network is not",
               LINE);
    expect_ok(nn_build(net, AG_F64, AG_SHAPE(2)));
    no_success(g, HERE, nn_save_onnx(net, path), AG_ERR_VALUE,
               "a module of type lambda has no form in ONNX", LINE);
    nn_module *uneven = nn_adaptive_avg_pool1d(g, 2);
    expect_ok(nn_build(uneven, AG_F64, AG_SHAPE(1, 5)));
    no_success(g, HERE, nn_save_onnx(uneven, path), AG_ERR_VALUE, "windows of different sizes");
    nn_module *ceil = nn_avg_pool1d(g, 2, &(ag_pool_options){.ceil_mode = true});
    expect_ok(nn_build(ceil, AG_F64, AG_SHAPE(1, 5)));
    no_success(g, HERE, nn_save_onnx(ceil, path), AG_ERR_VALUE, "ceil_mode");
    nn_module *relu = nn_relu(g);
    expect_ok(nn_build(relu, AG_F64, AG_SHAPE(2)));
    no_success(g, HERE, nn_save_onnx(relu, "/nowhere/x.onnx"), AG_ERR_IO, "/nowhere/x.onnx", LINE);
    no_success(g, HERE, nn_save_onnx(relu, NULL), AG_ERR_NULL_ARGUMENT, "no path");
    ck_assert_int_eq(nn_save_onnx(NULL, path), AG_ERR_NULL_ARGUMENT);
    all_well(g);
    teardown();
}
END_TEST

static ag_status scene_save(ag_graph *of)
{
    nn_module *net = nn_sequential(of, nn_conv1d(of, 4, 3, NULL), nn_group_norm(of, 2, NULL),
                                   nn_gelu(of), nn_flatten(of), nn_linear(of, 2, NULL));
    net = nn_branches(of, 1, net, nn_flatten(of));
    ag_status status = net != NULL ? nn_build(net, AG_F64, AG_SHAPE(2, 8)) : status_of(of, net);
    return status == AG_OK ? nn_save_onnx(net, path) : status;
}

START_TEST(test_memory)
{
    setup();
    everywhere(scene_save);
    teardown();
}
END_TEST

CHECK_MAIN("onnx", test_operators_and_weights, test_what_cannot_be_exported, test_memory)

/* scatter_prod: the product of x and of all that src has for a place. No rule divides by an
 * element, so that zeros are handled, in higher derivatives too. Must not know how the places are
 * found; that is common/indexing.c.
 */
#define AG_NO_SITES

#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/reduce.h>
#include <autograd/shape.h>

#include "index_ops.h"
#include "ops/common/axis.h"
#include "ops/common/indexing.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/common/simd_loop.h"
#include "places.h"

static ag_status prod_forward(ag_call *call)
{
    return ag__scatter_place(call, ag__scatter_multiply_elements);
}

/* --- the rule --------------------------------------------------------------------------------- */

/* All factors in one tensor: each place has a slot for its factor in x and then one for each factor
 * in src, as many as the place with the most of them needs; 1 stands in the others. Slots of one
 * place follow one another along the axis. */
typedef struct slots {
    ag_tensor *of_x, *of_src; /* indices of slots, in the shapes of x and of the index */
    ag_shape shape;           /* of the tensor of slots */
    int64_t each;             /* slots of a place */
    int axis;
} slots;

/* A new i64 tensor of the shape of `like`, every element `value`; NULL if memory ran out. */
static int64_t *whole_numbers(const ag_tensor *like, int64_t value, ag_tensor **t, ag__part *part)
{
    *t = ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, ag_shape_of(like), NULL);
    int64_t *n = *t != NULL ? ag_mutable_data(*t) : NULL;
    ag_array all = ag_array_of(*t);
    for (int64_t i = 0; n != NULL && i < all.size; i++) {
        n[i] = value;
    }
    ag__at_least_1d(part, &all);
    return n;
}

/* Sets s->of_src to how many factors in src come before and have the same place, and s->each. */
static bool count_factors(slots *s, const ag_tensor *x, const ag_tensor *index)
{
    ag_tensor *counts;
    ag__part count, before, places;
    ag_array plain = ag_array_of(index);
    const int64_t *n = whole_numbers(x, 0, &counts, &count);
    if (n == NULL || whole_numbers(index, 1, &s->of_src, &before) == NULL) {
        return false;
    }
    ag__at_least_1d(&places, &plain);
    ag__scatter_exchange_add(&count.array, &places.array, &before.array, s->axis);
    s->each = 1;
    for (int64_t i = 0; i < count.array.size; i++) {
        s->each = n[i] >= s->each ? n[i] + 1 : s->each;
    }
    return true;
}

/* False if memory ran out, or if there would be more slots than can be counted. */
static bool find_slots(slots *s, const ag_tensor *x, const ag_tensor *index)
{
    ag_tensor *places;
    ag__part first, unused;
    ag_array from = ag_array_of(index), plain = ag_array_of(x);
    int64_t *of_x = whole_numbers(x, 0, &s->of_x, &first);
    int64_t *place = whole_numbers(index, 0, &places, &unused);
    if (of_x == NULL || place == NULL || !count_factors(s, x, index)) {
        return false;
    }
    ag_array to = ag_array_of(places);
    ag__strided_copy(&to, &from);
    int64_t inner = first.stride[s->axis], n = first.dim[s->axis];
    int64_t *of_src = ag_array_of(s->of_src).data;
    for (int64_t i = 0; i < plain.size; i++) {
        of_x[i] = i / inner % n * s->each;
    }
    for (int64_t i = 0; i < to.size; i++) {
        of_src[i] += 1 + place[i] * s->each;
    }
    s->shape.ndim = first.array.ndim;
    memcpy(s->shape.dim, first.dim, sizeof first.dim);
    return ag__product((int64_t[]){n, s->each}, 2, &s->shape.dim[s->axis]);
}

/* For each slot the product of those of its place that come before it or, with `after`, after
 * it. */
static ag_tensor *others_before(ag_tensor *factors, bool after)
{
    ag_shape edge = ag_shape_of(factors);
    int64_t each = edge.dim[2];
    edge.dim[2] = 1;
    ag_tensor *one = ag_expand(ag__scalar_like(factors, 1), edge);
    ag_tensor *turned = after ? ag_flip(factors, AG_AXES(2)) : factors;
    ag_tensor *most = ag_slice(ag_cumprod(turned, 2), 2, 0, each - 1, 1);
    ag_tensor *product = ag_concat((ag_tensor *[]){one, most}, 2, 2);
    return after ? ag_flip(product, AG_AXES(2)) : product;
}

/* For each slot the product of the other slots of its place. */
static ag_tensor *others(const slots *s, ag_tensor *x, ag_tensor *src)
{
    ag_tensor *all = ag_expand(ag__scalar_like(x, 1), s->shape);
    all = ag_scatter(ag_scatter(all, s->of_x, x, s->axis), s->of_src, src, s->axis);
    ag_shape flat = {4, {1, 0, s->each, 1}};
    flat.dim[1] = s->shape.dim[s->axis] / s->each;
    for (int d = 0; d < s->shape.ndim; d++) {
        flat.dim[0] *= d < s->axis ? s->shape.dim[d] : 1;
        flat.dim[3] *= d > s->axis ? s->shape.dim[d] : 1;
    }
    all = ag_reshape(all, flat);
    return ag_reshape(ag_mul(others_before(all, false), others_before(all, true)), s->shape);
}

static ag_status prod_vjp(ag_vjp_call *call)
{
    ag_tensor *x = call->in[0], *index = call->in[1], *g = call->upstream;
    ag_array plain = ag_array_of(x);
    slots s = {.axis = ag__places_axis(call->attr, &plain)};
    if (!find_slots(&s, x, index)) {
        return AG_ERR_MEMORY;
    }
    ag_tensor *products = others(&s, x, call->in[2]);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag_mul(g, ag_gather(products, s.of_x, s.axis)));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 2)) {
        ag_tensor *of_src = ag_gather(products, s.of_src, s.axis);
        status = ag_accumulate(call, 2, ag_mul(ag_gather(g, index, s.axis), of_src));
    }
    return status;
}

/* --- the rule in numbers ---------------------------------------------------------------------- */

#define BODY "ops/index/scatter_prod_body.inc"
#include "ops/kernel/each_float.inc"

/* A copy of an array for the time of the call, 0-d as a vector. False if memory ran out. */
static bool copy_of(ag_graph *g, const ag_array *from, ag__part *copy)
{
    int64_t stride[AG_MAX_DIMS];
    ag_array to = *from;
    ag_row_major(from->ndim, from->dim, stride);
    to.stride = stride;
    to.data = ag_workspace(g, (size_t)from->size * ag_dtype_bytes(from->dtype));
    if (to.data == NULL) {
        return from->size == 0;
    }
    ag__strided_copy(&to, from);
    ag__at_least_1d(copy, &to);
    return true;
}

/* The same elements in reverse order along the axis, along which all factors of one place lie. */
static void reversed(ag__part *to, const ag__part *from, int axis)
{
    int64_t stride[AG_MAX_DIMS], last = (from->dim[axis] - 1) * from->stride[axis];
    memcpy(stride, from->stride, sizeof stride);
    stride[axis] = -stride[axis];
    ag__part_shape(to, &from->array, from->array.ndim, from->dim, stride, last);
}

/* Adds to the gradient of x what the walk back has left, and to that of src the products of what
 * each factor found. */
static ag_status give(ag_vjp_call *call, const ag__part *back, const ag__part *before,
                      const ag__part *after)
{
    if (ag_needs_input_grad(call, 0)) {
        ag_array to = ag_grad_array(call, 0);
        ag__part grad;
        if (to.data == NULL) {
            return to.size == 0 ? AG_OK : AG_ERR_MEMORY;
        }
        ag__at_least_1d(&grad, &to);
        ag__add_scaled(&grad.array, false, &back->array, 1);
    }
    if (ag_needs_input_grad(call, 2)) {
        ag_array to = ag_grad_array(call, 2);
        ag__part grad;
        if (to.data == NULL) {
            return to.size == 0 ? AG_OK : AG_ERR_MEMORY;
        }
        ag__at_least_1d(&grad, &to);
        if (to.dtype == AG_F64) {
            add_products_f64(&grad.array, &before->array, &after->array);
        } else {
            add_products_f32(&grad.array, &before->array, &after->array);
        }
    }
    return AG_OK;
}

/* One walk forward multiplies x by the factors, and each of them finds the product of what was
 * before it. One walk back multiplies the upstream gradient by them, and finds what comes after. */
static ag_status prod_backward(ag_vjp_call *call)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array x = ag_array_of(call->in[0]), index = ag_array_of(call->in[1]);
    ag_array src = ag_array_of(call->in[2]), g = ag_array_of(call->upstream);
    ag__part run, back, before, after, places, turned, turned_places;
    int axis = ag__places_axis(call->attr, &x);
    if (!copy_of(graph, &x, &run) || !copy_of(graph, &g, &back) || !copy_of(graph, &src, &before) ||
        !copy_of(graph, &src, &after)) {
        return AG_ERR_MEMORY;
    }
    ag__at_least_1d(&places, &index);
    ag_status status = ag__index_recheck(call, &places.array, run.dim[axis]);
    if (status != AG_OK) {
        return status;
    }
    if (index.size > 0) {
        reversed(&turned, &after, axis);
        reversed(&turned_places, &places, axis);
        ag__scatter_exchange_multiply(&run.array, &places.array, &before.array, axis);
        ag__scatter_exchange_multiply(&back.array, &turned_places.array, &turned.array, axis);
    }
    return give(call, &back, &before, &after);
}

static ag_tensor *sample(ag_tensor *const *in, ag_shape shape, const int64_t *places, int axis)
{
    ag_tensor *index = ag__places_sample(in[0], shape, places);
    return ag_apply(&ag__scatter_prod_op, (ag_tensor *[]){in[0], index, in[1]}, 3, &axis,
                    sizeof axis);
}

AG__SAMPLE(last, sample(in, AG_SHAPE(2, 3), (int64_t[]){3, 0, 3, 1, 1, 1}, -1))
AG__SAMPLE(first, sample(in, AG_SHAPE(3, 2), (int64_t[]){0, 1, 0, 1, 0, 0}, 0))
AG__SAMPLE(scalar, sample(in, AG_SHAPE(2), (int64_t[]){0, 0}, 0))

static const ag_case cases[] = {
    {"[2,3] into [2,4]", sample_last, 2, {{2, {2, 4}}, {2, {2, 3}}}, -2, 2},
    {"[3,2] into part of [2,3], along 0", sample_first, 2, {{2, {2, 3}}, {2, {3, 2}}}, -2, 2},
    {"[2] into 0-d", sample_scalar, 2, {{0, {0}}, {1, {2}}}, -2, 2},
};

const ag_op ag__scatter_prod_op = {
    .name = "scatter_prod",
    .n_in = 3,
    .infer = ag__scatter_infer,
    .forward = prod_forward,
    .vjp = prod_vjp,
    .backward = prod_backward,
    .formula = "F(scatter_prod, A, B, C)",
    .vjp_formula = {"MUL(GY, F(product_of_the_others, A))", NULL,
                    "MUL(F(gather, GY, B), F(product_of_the_others, C))"},
    .describe = ag__axis_describe,
    AG_CASES(cases),
};

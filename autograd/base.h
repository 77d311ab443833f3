/* What every part of the library shares: export marks, status codes, dtypes, shapes and the place
 * in the caller's source. Must not know what a graph or a tensor holds, except for its first
 * member, through which the source line of a call is stored in the graph.
 */
#ifndef AUTOGRAD_BASE_H
#define AUTOGRAD_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AG_VERSION_MAJOR 0
#define AG_VERSION_MINOR 2
#define AG_VERSION_PATCH 0
#define AG_VERSION "0.2.0"

#ifdef __cplusplus
#define AG_BEGIN_C extern "C" {
#define AG_END_C }
#else
#define AG_BEGIN_C
#define AG_END_C
#endif

#if defined(__GNUC__)
#define AG_API __attribute__((visibility("default")))
#define AG_MUST_USE __attribute__((warn_unused_result))
#ifdef __MINGW32__ /* where "printf" means an older one that does not know %zu */
#define AG_PRINTF(text, first) __attribute__((format(gnu_printf, text, first)))
#else
#define AG_PRINTF(text, first) __attribute__((format(printf, text, first)))
#endif
#else
#define AG_API
#define AG_MUST_USE
#define AG_PRINTF(text, first)
#endif

/* Casts that remove const, or make a pointer one to another type, and about which neither a C nor a
 * C++ compiler warns. */
#ifdef __cplusplus
#define AG_UNCONST(type, pointer) const_cast<type>(pointer)
#define AG__SEEN_AS(type, pointer) reinterpret_cast<type>(pointer)
#define AG__NUMBER_AS(type, number) static_cast<type>(number)
#define AG__NULL nullptr
#else
#define AG_UNCONST(type, pointer) ((type)(uintptr_t)(pointer))
#define AG__SEEN_AS(type, pointer) ((type)(void *)(pointer))
#define AG__NUMBER_AS(type, number) ((type)(number))
#define AG__NULL NULL
#endif

AG_BEGIN_C

#define AG_MAX_DIMS 8

typedef struct ag_graph ag_graph;
typedef struct ag_tensor ag_tensor;
typedef struct ag_op ag_op;

/* Every status: its code, AG_ERR_<code>, and a short text. */
#define AG_STATUS_TABLE(X)                                                                         \
    X(OK, "no error")                                                                              \
    X(NULL_ARGUMENT, "a required argument is NULL")                                                \
    X(MEMORY, "out of memory")                                                                     \
    X(SHAPE, "shapes do not fit")                                                                  \
    X(AXIS, "axis out of range or repeated")                                                       \
    X(DTYPE, "dtype not allowed here")                                                             \
    X(GRAPH, "tensors belong to different graphs")                                                 \
    X(OVERFLOW, "a size does not fit")                                                             \
    X(VALUE, "an argument has a value that is not allowed")                                        \
    X(NO_GRADIENT, "nothing here needs a gradient")                                                \
    X(CHANGED, "a value was changed after it was used")                                            \
    X(ANOMALY, "NaN or Inf appeared")                                                              \
    X(STATE, "not possible in this state")                                                         \
    X(IO, "reading or writing failed")                                                             \
    X(OP, "an operation's own code reported failure")

typedef enum ag_status {
#define AG__STATUS_ENUM(code, text) AG_ERR_##code,
    AG_STATUS_TABLE(AG__STATUS_ENUM)
#undef AG__STATUS_ENUM
        AG_STATUS_COUNT,
    AG_OK = AG_ERR_OK
} ag_status;

/* The version of the library that runs, such as "0.2.0"; AG_VERSION is that of the header.
 * *Borrowed*, constant. */
AG_API const char *ag_version(void);

/* The short text of a status, such as "shapes do not fit"; "unknown status" for a value outside the
 * enum. *Borrowed*, constant. */
AG_API const char *ag_status_text(ag_status status);

typedef enum ag_dtype {
    AG_F64, /* the default of a graph */
    AG_F32,
    AG_I64, /* labels and indices; never differentiable */
    AG_DTYPE_COUNT
} ag_dtype;

/* The name of a dtype: "f64", "f32" or "i64"; "?" for a value outside the enum. *Borrowed*,
 * constant. */
AG_API const char *ag_dtype_text(ag_dtype dtype);

/* The size of one element in bytes; 0 for a value outside the enum. */
AG_API size_t ag_dtype_bytes(ag_dtype dtype);

/* How formulas are written: ∂b/∂a, db/da or \frac{\partial b}{\partial a}. */
typedef enum ag_notation { AG_TEXT_UNICODE, AG_TEXT_ASCII, AG_TEXT_LATEX } ag_notation;

/* The size of each dimension, outermost first; ndim = 0 is a scalar. The index of an element, one
 * number per dimension, is given in the same struct. */
typedef struct ag_shape {
    int ndim;
    int64_t dim[AG_MAX_DIMS];
} ag_shape;

/* Do two shapes have the same sizes? */
AG_API bool ag_shape_equal(ag_shape a, ag_shape b);

/* Writes a shape as "[3,4]" to `text`, which has room for AG_SHAPE_TEXT bytes. Returns `text`. */
#define AG_SHAPE_TEXT 200
AG_API const char *ag_shape_text(ag_shape shape, char *text);

/* A set of axes. Negative axes count from the last: -1 is the last one. n = 0 means all axes. */
typedef struct ag_axes {
    int n;
    int axis[AG_MAX_DIMS];
} ag_axes;

/* AG_SHAPE(3, 4) is the shape [3,4] and AG_SCALAR the shape of a 0-d tensor. AG_AXES(0, -1) is the
 * set of the first and the last axis and AG_ALL that of all axes. At most 8 numbers. */
#define AG__COUNT(...) AG__COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define AG__COUNT_(a, b, c, d, e, f, g, h, n, ...) n
#ifdef __cplusplus
#define AG_SHAPE(...) (ag_shape{AG__COUNT(__VA_ARGS__), {__VA_ARGS__}})
#define AG_SCALAR (ag_shape{0, {0}})
#define AG_AXES(...) (ag_axes{AG__COUNT(__VA_ARGS__), {__VA_ARGS__}})
#define AG_ALL (ag_axes{0, {0}})
#else
#define AG_SHAPE(...) ((ag_shape){AG__COUNT(__VA_ARGS__), {__VA_ARGS__}})
#define AG_SCALAR ((ag_shape){0, {0}})
#define AG_AXES(...) ((ag_axes){AG__COUNT(__VA_ARGS__), {__VA_ARGS__}})
#define AG_ALL ((ag_axes){0, {0}})
#endif

/* Stands for the number 0 in an option whose 0 means the usual number: .eps = AG_EXACT_ZERO. It is
 * so small that an option which has no usual number takes it for what it says. */
#define AG_EXACT_ZERO 1e-300

/* The number that such an option stands for. */
static inline double ag_option_or(double value, double usual)
{
    return value == AG_EXACT_ZERO ? 0 : value != 0 ? value : usual;
}

/* A function of the caller's that records one output from n inputs and returns it, *borrowed*, or
 * NULL when it fails. It is called several times and must do the same each time. */
typedef ag_tensor *(*ag_function)(ag_tensor *const *inputs, int n, void *user);

/* Where a call stands in the caller's source, such as "mlp.c:42", for messages. Each function that
 * can fail has a macro of its own name, which stores this line in the graph, by way of an operand,
 * before it makes the call. So neither a thread-local variable nor a further argument is needed.
 * `(ag_add)(a, b)` calls the function without the macro, and a file that defines AG_NO_SITES before
 * its includes gets no such macros at all. */
struct ag__site {
    const char *where;
    int data_kind; /* what AG__DATA_KIND said of an array that the call hands over; 0 says nothing */
};
struct ag__head {
    struct ag__site *site;
};
#define AG__TEXT_(x) #x
#define AG__TEXT(x) AG__TEXT_(x)
#define AG_HERE __FILE__ ":" AG__TEXT(__LINE__)

static inline ag_tensor *ag__at(const ag_tensor *t, const char *where)
{
    if (t != AG__NULL) {
        AG__SEEN_AS(struct ag__head *, AG_UNCONST(ag_tensor *, t))->site->where = where;
    }
    return AG_UNCONST(ag_tensor *, t);
}

static inline ag_graph *ag__at_graph(const ag_graph *g, const char *where)
{
    if (g != AG__NULL) {
        AG__SEEN_AS(struct ag__site *, AG_UNCONST(ag_graph *, g))->where = where;
    }
    return AG_UNCONST(ag_graph *, g);
}

/* These make the whole call, so that the line is stored after all operands have been evaluated: an
 * operand may itself be a call on another line. `c` and `d` are an operation's constants. */
static inline ag_tensor *ag__call1(ag_tensor *(*op)(ag_tensor *), ag_tensor *a, const char *where)
{
    return op(ag__at(a, where));
}

static inline ag_tensor *ag__call1c(ag_tensor *(*op)(ag_tensor *, double), ag_tensor *a, double c,
                                    const char *where)
{
    return op(ag__at(a, where), c);
}

static inline ag_tensor *ag__call1cd(ag_tensor *(*op)(ag_tensor *, double, double), ag_tensor *a,
                                     double c, double d, const char *where)
{
    return op(ag__at(a, where), c, d);
}

static inline ag_tensor *ag__call2(ag_tensor *(*op)(ag_tensor *, ag_tensor *), ag_tensor *a,
                                   ag_tensor *b, const char *where)
{
    ag__at(a != AG__NULL ? a : b, where);
    return op(a, b);
}

/* The same for calls that take their operands as a list. */
static inline ag_tensor *const *ag__at_list(ag_tensor *const *list, int n, const char *where)
{
    for (int i = 0; list != AG__NULL && i < n; i++) {
        ag__at(list[i], where);
    }
    return list;
}

/* What an array is made of, where its type tells: 1 + the dtype of its numbers, 4 for int and long
 * double, which no dtype has, and 0 for anything else, such as void *. So ag_leaf can refuse an
 * array of double for an f32 tensor, which would otherwise read as other numbers. */
#if !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define AG__LONG_KIND (sizeof(long) == 8 ? 3 : 4)
#define AG__DATA_KIND(...)                                                                         \
    _Generic((__VA_ARGS__),                                                                        \
        double *: 1,                                                                               \
        const double *: 1,                                                                         \
        float *: 2,                                                                                \
        const float *: 2,                                                                          \
        long long *: 3,                                                                            \
        const long long *: 3,                                                                      \
        long *: AG__LONG_KIND,                                                                     \
        const long *: AG__LONG_KIND,                                                               \
        int *: 4,                                                                                  \
        const int *: 4,                                                                            \
        long double *: 4,                                                                          \
        const long double *: 4,                                                                    \
        default: 0)
#elif defined(__cplusplus)
extern "C++" {
template <class T> T ag__passed(T); /* of which only the type is asked */
template <class T> struct ag__kind_of {
    enum { kind = 0 };
};
template <class T> struct ag__kind_of<const T *> : ag__kind_of<T *> {
};
template <> struct ag__kind_of<double *> {
    enum { kind = 1 };
};
template <> struct ag__kind_of<float *> {
    enum { kind = 2 };
};
template <> struct ag__kind_of<long long *> {
    enum { kind = 3 };
};
template <> struct ag__kind_of<long *> {
    enum { kind = sizeof(long) == 8 ? 3 : 4 };
};
template <> struct ag__kind_of<int *> {
    enum { kind = 4 };
};
template <> struct ag__kind_of<long double *> {
    enum { kind = 4 };
};
}
#define AG__DATA_KIND(...) ag__kind_of<decltype(ag__passed(__VA_ARGS__))>::kind
#else
#define AG__DATA_KIND(...) 0
#endif

static inline ag_graph *ag__handing_over(ag_graph *g, int data_kind)
{
    if (g != AG__NULL) {
        AG__SEEN_AS(struct ag__site *, g)->data_kind = data_kind;
    }
    return g;
}

/* With these a function of your own reports its caller's line. Each stores the line where the macro
 * is expanded in the graph and returns its argument, which may be NULL. To use them, give a
 * function such as `ag_tensor *my_layer(ag_tensor *x, int size)` a macro of its own name in its
 * header,
 *     #define my_layer(x, size) my_layer(AG_AT(x), size)
 * and let its source define AG_NO_SITES before it includes <autograd.h>, so that the operations
 * which it calls leave that line as it is. AG_AT_GRAPH is for functions that take a graph and no
 * tensor. */
#define AG_AT(tensor) ag__at((tensor), AG_HERE)
#define AG_AT_GRAPH(graph) ag__at_graph((graph), AG_HERE)

AG_END_C

#endif

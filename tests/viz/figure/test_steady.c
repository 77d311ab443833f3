/* A steady figure: its boxes and edges stay where they are when numbers change a little. */
#include "check_main.h"
#include "tests/viz/text.h"

/* The boxes and edges of a figure, without what is written on them. */
static size_t drawn_with(double x, bool steady, char *shapes, size_t bytes)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, x);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *svg = written(viz_svg, f, &(viz_options){.steady = steady});
    size_t used = 0;
    for (const char *at = svg; (at = strpbrk(at, "<")) != NULL; at++) {
        bool shape = strncmp(at, "<path", 5) == 0 || strncmp(at, "<rect", 5) == 0;
        size_t n = shape ? strcspn(at, ">") : 0;
        ck_assert_uint_lt(used + n, bytes);
        memcpy(shapes + used, at, n);
        used += n;
    }
    free(svg);
    ag_graph_free(g);
    return used;
}

/* Digits that come and go move nothing in a steady figure; without that they do. */
START_TEST(test_steady)
{
    static char one[1 << 14], other[1 << 14];
    for (int steady = 0; steady < 2; steady++) {
        size_t n = drawn_with(2, steady, one, sizeof one);
        bool same = n == drawn_with(2.1, steady, other, sizeof other) && memcmp(one, other, n) == 0;
        ck_assert_int_eq(same, steady);
    }
}
END_TEST

CHECK_MAIN("steady", test_steady)

/* Mermaid flowcharts: the lecture's graph, edges that do not flow, and names with any bytes. */
#include "tests/viz/text.h"

#include "check_main.h"
#include "tests/viz/hostile.h"

static char *chart(const ag_tensor *root, viz_options o)
{
    o.format = VIZ_MERMAID;
    return written(viz_write, root, &o);
}

START_TEST(test_lecture)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *f = lecture(g, 2.0);
    ck_assert_int_eq(ag_backward(f), AG_OK);
    char *text = chart(f, (viz_options){.style = VIZ_COMPACT});
    ck_assert_str_eq(text, "flowchart LR\n"
                           "    n0(\"0  x<br/>2<br/>-182.9\")\n"
                           "    n1[\"1  a<br/>4<br/>-45.72\"]\n"
                           "    n2[\"2  b<br/>54.60<br/>-0.8223\"]\n"
                           "    n3[\"3  c<br/>58.60<br/>-0.8223\"]\n"
                           "    n4[\"4  d<br/>7.655<br/>1\"]\n"
                           "    n5[\"5  e<br/>-0.4606<br/>1\"]\n"
                           "    n6[[\"6  f<br/>7.194<br/>1\"]]\n"
                           "    n0 --> n1\n"
                           "    n1 --> n2\n"
                           "    n1 --> n3\n"
                           "    n2 --> n3\n"
                           "    n3 --> n4\n"
                           "    n3 --> n5\n"
                           "    n4 --> n6\n"
                           "    n5 --> n6\n"
                           "    classDef constant stroke-dasharray:5 3\n"
                           "    classDef plain fill:none,stroke:none\n");
    free(text);
    text = chart(f, (viz_options){.rankdir = "TB"});
    ck_has(text, "flowchart TB\n");
    ck_has(text, "    n3 -->|\"∂e/∂c = -0.8876\"| n5\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

START_TEST(test_roles)
{
    ag_graph *g = ag_graph_new();
    ag_tensor *k = ag_name(ag_constant(g, 3.0), "k");
    ag_tensor *w = ag_name(ag_parameter(g, 3.0), "w");
    ag_tensor *f = ag_name(ag_mul(k, w), "f");
    char *text = chart(f, (viz_options){.highlight = w});
    ck_has(text, "n0[\"0  k  constant<br/>3<br/>∂f/∂k = ·\"]:::constant\n");
    ck_has(text, "n1{{\"1  w  parameter<br/>");
    ck_has(text, "n0 -.-> n2\n");
    ck_has(text, "n1 ==>|\"∂f/∂w = 3\"| n2\n");
    free(text);
    ag_graph_free(g);
}
END_TEST

/* Within the quotes stand no quotes, no tags but <br/>, and no # but that of an entity. */
static void check_quotes(const char *text)
{
    bool quoted = false;
    for (; *text != '\0'; text++) {
        quoted = *text == '"' ? !quoted : quoted;
        if (quoted && *text == '<') {
            ck_assert_msg(strncmp(text, "<br/>", 5) == 0, "%.20s", text);
            text += 4;
        } else if (quoted && *text == '#') {
            size_t digits = strspn(text + 1, "0123456789");
            ck_assert(digits > 0 && text[1 + digits] == ';');
        } else {
            ck_assert(!quoted || strchr("`*_\\>&", *text) == NULL);
        }
        ck_assert(!quoted || *text != '\n');
    }
    ck_assert(!quoted);
}

START_TEST(test_hostile_names)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        ag_graph *g = ag_graph_new();
        ag_tensor *f = ag_exp(ag_name(ag_variable(g, 2.0), hostile[i]));
        for (int style = 0; style < VIZ_STYLE_COUNT; style++) {
            char *text = chart(f, (viz_options){.style = (viz_style)style});
            check_quotes(text);
            free(text);
        }
        ag_graph_free(g);
    }
}
END_TEST

CHECK_MAIN("mermaid", test_lecture, test_roles, test_hostile_names)

/* What students ask, each with a program that shows the answer and a word on where to look; and a
 * few programs more to begin with. Must not know how anything is shown.
 */
const FIRST = 'a = x^2\nb = exp(a)\nc = a + b\nd = sqrt(c)\ne = cos(c)\nd + e';

const QUESTIONS = [
    {ask: 'What does the chain rule multiply?', f: 'a = x^2\nsin(a)', v: [['x', '1.5']], step: '6',
        say: 'Each factor is a local partial: how much one operation changes when one of its operands '
            + 'does. ∂f/∂x is the product of those on the way from f back to x. Press the arrow keys: '
            + 'every backward step multiplies what came from above with one local partial.'},
    {ask: 'Why is there a sum at a fork?', f: FIRST, v: [['x', '2']], step: '11',
        say: 'c is read twice, by sqrt and by cos. A small change of c changes f through both, and small '
            + 'changes add up. So ∂f/∂c has a term for each arrow that leaves c: the step below has '
            + 'both, and their running sum.'},
    {ask: 'What is ∂f/∂c?', f: FIRST, v: [['x', '2']], step: '11',
        say: 'How much f changes for a unit of c, while x, a and b do not follow. Click on any box of the '
            + 'figure: the purple card then has the derivation of its gradient.'},
    {ask: 'What changes when x = 3?', f: FIRST, v: [['x', '2']],
        open: 'change-box', to: 'x=3', say: 'All values that depend on x, and with them nearly all local '
            + 'partials; the formulas stay. The table below has each value and each gradient before and '
            + 'after. Or move the slider of x and watch which numbers follow.'},
    {ask: 'Which path matters most?', f: 'a = x*y\nb = sin(x)\na + x*b', v: [['x', '2'], ['y', '3']],
        open: 'paths-box', say: 'The table of paths lists every way from x to f with the product of its '
            + 'local partials. Their sum is ∂f/∂x, and the largest product, with its sign, matters most.'},
    {ask: 'What if I use relu?', f: 'h = relu(w*x + b)\n(h - t)^2',
        v: [['w', '0.5'], ['x', '2'], ['b', '-1.5'], ['t', '1']],
        say: 'Below zero relu is flat: its local partial is 0, so every gradient before it is 0, and '
            + 'gradient descent cannot move w or b: a dead unit. Move b above -1 and it comes alive. '
            + 'Then write sigmoid or tanh in place of relu.'},
    {ask: 'Why do sigmoids vanish?',
        f: 'a = sigmoid(w*x)\nb = sigmoid(w*a)\nc = sigmoid(w*b)\nsigmoid(w*c)',
        v: [['w', '1'], ['x', '1']],
        say: 'The local partial of a sigmoid, s(1 - s), is at most 1/4. Four of them in a row leave at '
            + 'most 1/256 of the gradient: compare ∂f/∂c, ∂f/∂b and ∂f/∂a in the figure. With '
            + 'tanh or relu the factors can stay near 1.'},
    {ask: 'What is a second derivative?', f: 'x^3', v: [['x', '2']], order: '2', target: 'x',
        say: 'The derivative of the derivative. That of x^3 is itself a graph, 3x^2, which is recorded '
            + 'here and differentiated once more: its gradient is 6x.'},
    {ask: 'How does a step of gradient descent change the loss?', f: '(w*x - t)^2',
        v: [['w', '1'], ['x', '2'], ['t', '5']], open: 'descent-box', target: 'w',
        say: 'The weight w moves against its gradient, by rate times gradient. The table below has the '
            + 'loss before and after, and what the gradient had predicted: -rate times its square. Try '
            + 'rates of 0.01 and 0.3: the prediction holds for small steps only.'},
    {ask: 'Where does my own calculation go wrong?', f: FIRST, v: [['x', '2']], tab: 'worksheet',
        say: 'Fill in what you have computed. Each wrong number is compared with what typical mistakes '
            + 'give: a path left out, a sign, a forgotten inner derivative.'},
];

const EXAMPLES = [
    ['The lecture’s function', FIRST, [['x', '2']]],
    ['One neuron', 'z = w1*x1 + w2*x2 + b\ny = sigmoid(z)\n-t*log(y) - (1 - t)*log(1 - y)',
        [['w1', '0.5'], ['x1', '1'], ['w2', '-1'], ['x2', '2'], ['b', '0.1'], ['t', '1']]],
    ['Two layers', 'h1 = tanh(u1*x)\nh2 = tanh(u2*x)\ny = v1*h1 + v2*h2\n(y - t)^2/2',
        [['u1', '0.5'], ['x', '1'], ['u2', '-0.7'], ['v1', '1'], ['v2', '0.5'], ['t', '1']]],
    ['Least squares, with matrices', 'mse_loss(W @ x + b, [1, 0])',
        [['W', '[[1, 2], [3, 4]]'], ['x', '[1, -1]'], ['b', '[0.5, 0]']]],
    ['A layer and softmax', 'z = W @ x\np = softmax(z)\n-log(p[0])',
        [['W', '[[1, 0], [0, 1], [1, 1]]'], ['x', '[0.5, -1]']]],
    ['x to the power of x', 'x^x', [['x', '1.5']]],
];

function showQuestions(open) {
    byId('questions').append(...QUESTIONS.map((question) => {
        const button = element('button', {type: 'button'}, question.ask);
        button.addEventListener('click', () => {
            open(question);
            byId('answer').replaceChildren(element('strong', {}, question.ask),
                element('p', {}, question.say));
            byId('answer').hidden = false;
        });
        return element('li', {}, button);
    }));
    const example = byId('example');
    example.append(new Option('choose one', ''), ...EXAMPLES.map(([name], i) => new Option(name, i)));
    example.addEventListener('change', () => {
        const [, f, v] = EXAMPLES[example.value] ?? [];
        example.value = '';
        if (f) {
            byId('answer').hidden = true;
            open({f, v});
        }
    });
}

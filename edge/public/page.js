// Draws what the API answers. Everything from the shop is put in as text, never as HTML.
const READS = '/api/v1/personalize/recommendations';
const form = document.querySelector('#ask');
const byId = (id) => document.getElementById(id);

const STEPS = {
  personal: 'own list',
  affinity: 'affinity',
  similar: 'goes with',
  popular_in_city: 'city',
  popular_in_province: 'province',
  popular_in_category: 'category',
  popular_overall: 'whole shop',
  trending: 'trending',
  pinned: 'chosen by the shop',
  defaults: 'bundled',
};
const SOURCES = {
  kv: 'Workers KV',
  kv_previous: 'the previous snapshot in Workers KV',
  postgres: 'Postgres',
  defaults: 'the lists bundled with the Worker',
  throttled: 'the memory of the Worker, for there are too many requests',
};

/** Reads whose address ends with an id; the others name it among their parameters, or have none. */
const BY_ID = ['user', 'similar', 'item-affinity'];
const SLOTS = 'user:6,similar:6,trending:6,popular:6';

/** Counts what was asked for: a late answer must not overwrite a newer one. */
let newest = 0;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void show(Object.fromEntries(new FormData(form)));
});
form.elements.kind.addEventListener('change', showFields);
window.addEventListener('popstate', () => void start());
void start();
void showStatus();

/** The page's own address holds what it shows: ?kind=user&id=… (or ?user=…, ?product=…). */
async function start() {
  const given = new URLSearchParams(location.search);
  const kind = given.get('kind') ?? (given.has('user') ? 'user' : given.has('product') ? 'similar' : 'popular');
  form.elements.kind.value = kind;
  if (form.elements.kind.value === '') form.elements.kind.value = 'popular';
  form.elements.id.value = given.get('id') ?? given.get('user') ?? given.get('product') ?? '';
  for (const name of ['items', 'category', 'province', 'city']) form.elements[name].value = given.get(name) ?? '';
  showFields();
  await show(Object.fromEntries(new FormData(form)), false);
}

function showFields() {
  for (const label of form.querySelectorAll('[data-for]')) {
    label.hidden = !label.dataset.for.split(' ').includes(form.elements.kind.value);
  }
}

function addressOf({ kind, id, items = '', ...rest }) {
  const query = new URLSearchParams(kind === 'page' ? { slots: SLOTS } : { limit: '12' });
  if (['next', 'page'].includes(kind) && id.trim() !== '') query.set('user', id);
  if (kind === 'next') query.set('context', items);
  if (['cart', 'page'].includes(kind)) query.set('items', items);
  for (const [name, value] of Object.entries(rest)) {
    if (value !== '' && !form.elements[name].closest('label').hidden) query.set(name, value);
  }
  return `${READS}/${kind}${BY_ID.includes(kind) ? `/${encodeURIComponent(id)}` : ''}?${query}`;
}

async function show(asked, remember = true) {
  const turn = ++newest;
  if (remember) history.pushState(null, '', `?${new URLSearchParams(Object.entries(asked).filter(([, v]) => v !== ''))}`);
  const address = addressOf(asked);
  byId('address').textContent = address;
  try {
    const response = await fetch(address);
    const answer = await response.json();
    if (turn !== newest) return;
    byId('json').textContent = JSON.stringify(answer, null, 2);
    if (response.ok) draw(answer, asked);
    else drawNothing(answer.title ?? 'No answer', answer.detail ?? '');
  } catch (error) {
    if (turn === newest) drawNothing('The Worker cannot be reached', String(error));
  }
}

function drawNothing(title, detail) {
  byId('title').textContent = title;
  byId('provenance').textContent = detail;
  byId('lists').replaceChildren();
}

function draw(answer, { kind, id }) {
  const lists = answer.slots ?? [answer];
  byId('title').textContent = titleOf(answer, kind, id);
  const when = answer.generated_at === null ? '' : `, made ${new Date(answer.generated_at).toLocaleString()}`;
  const snapshot = answer.snapshot === null ? '' : `, snapshot ${answer.snapshot}${when}`;
  const empty = lists.every((list) => list.recommendations.length === 0) ? ' There is nothing to show yet: no snapshot has been published.' : '';
  byId('provenance').textContent = `From ${SOURCES[answer.source] ?? answer.source}${snapshot}.${empty}`;
  byId('lists').replaceChildren(...lists.flatMap(listOf));
}

/** A list of a page has a heading of its own. */
function listOf({ slot, fallback, recommendations }) {
  const cards = make('ol', 'cards', '');
  cards.append(...recommendations.map(cardOf));
  if (slot === undefined) return [cards];
  const instead = fallback === null ? '' : `: ${STEPS[fallback] ?? fallback} instead`;
  return [make('h3', '', `${slot}${instead}`), cards];
}

function titleOf({ personal, fallback, city, province }, kind, id) {
  const instead = fallback === null ? '' : `: ${STEPS[fallback] ?? fallback} instead`;
  if (kind === 'page') return 'Lists of a page, no product twice';
  if (kind === 'cart') return `Goes with the cart${instead}`;
  if (kind === 'trending') return `Selling more than before${instead}`;
  const place = city ?? province ?? null;
  if (kind === 'popular' || kind === 'by-location') return `Popular${place === null ? '' : ` in ${place}`}${instead}`;
  if (id.trim() === '') return 'For a guest';
  if (kind === 'similar') return `Goes with product ${id}${fallback === null ? '' : ', which is unknown or has nothing similar'}`;
  return personal ? `For customer ${id}${instead}` : `Customer ${id} has no list${instead}`;
}

function cardOf(item) {
  const name = make(isWeb(item.url) ? 'a' : 'span', 'name', item.product_name);
  if (isWeb(item.url)) Object.assign(name, { href: item.url, rel: 'noopener noreferrer', target: '_blank' });
  const similar = make('button', '', 'similar');
  similar.type = 'button';
  similar.setAttribute('aria-label', `similar to ${item.product_name}`);
  similar.addEventListener('click', () => {
    form.elements.kind.value = 'similar';
    form.elements.id.value = item.product_id;
    form.elements.category.value = '';
    showFields();
    void show(Object.fromEntries(new FormData(form)));
  });
  const facts = make('span', 'facts', '');
  facts.append(make('span', '', [STEPS[item.step] ?? item.step, scoreOf(item)].filter(Boolean).join(' · ')), similar);
  const card = document.createElement('li');
  card.append(
    pictureOf(item),
    name,
    make('span', 'price', priceOf(item)),
    make('span', 'why', item.reason),
    facts,
  );
  return card;
}

function pictureOf({ image_url, product_name }) {
  const frame = make('div', 'picture', '');
  if (isWeb(image_url) || image_url?.startsWith('data:image/')) {
    const picture = Object.assign(document.createElement('img'), { src: image_url, alt: '', loading: 'lazy' });
    picture.addEventListener('error', () => frame.replaceChildren(initialOf(product_name)));
    frame.append(picture);
  } else {
    frame.append(initialOf(product_name));
  }
  return frame;
}

const initialOf = (name) => [...name][0] ?? '?';
const isWeb = (address) => /^https?:\/\//i.test(address ?? '');

function priceOf({ price, currency, category }) {
  if (price === null) return category ?? '';
  const amount = price.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return [currency, amount].filter(Boolean).join(' ') + (category === null ? '' : ` · ${category}`);
}

function scoreOf({ score, score_kind }) {
  if (score === null) return '';
  return score_kind === 'probability' ? `${(100 * score).toPrecision(2)} %` : `score ${score}`;
}

async function showStatus() {
  const line = byId('status');
  try {
    const status = await (await fetch('/api/v1/personalize/status')).json();
    const { customers, users, products } = status.counts ?? {};
    const known = [
      [customers ?? users, 'customers'],
      [products, 'products'],
    ].flatMap(([count, what]) => (count === undefined ? [] : [`${count.toLocaleString()} ${what}`]));
    const from = `answering from ${SOURCES[status.source] ?? status.source}`;
    line.textContent = [from, ...known, ...(status.problems ?? [])].join(' · ');
    line.className = status.source === 'defaults' ? 'down' : status.status;
  } catch {
    line.textContent = 'the Worker cannot be reached';
    line.className = 'down';
  }
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}

'use strict';

/* Talks to the order service with relative addresses, so that it works below any context path. */

const BUSY_POLL_MS = 700;
const IDLE_POLL_MS = 2500;
const PAGE_SIZE = 20;
const NAMES = { PLACED: 'Placed', RESERVED: 'Reserved', SHIPPED: 'Shipped', FAILED: 'Failed' };

const $ = id => document.getElementById(id);
const view = { page: 0, status: '', seen: new Map(), timer: 0, failures: 0, refresh: 0 };

class Refused extends Error {
  constructor(answer, status) {
    super(answer.error || 'The server answered ' + status + '.');
    this.problems = answer.problems || [];
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(15000), ...options });
  } catch (e) {
    throw new Error('The server cannot be reached.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer, response.status);
  return answer;
}

function alertOf(message) {
  $('alert').hidden = !message;
  $('alert').textContent = message || '';
}

function text(tag, content, className) {
  const element = document.createElement(tag);
  element.textContent = content;
  if (className) element.className = className;
  return element;
}

/* ---- what is shown ---- */

function showSummary(summary) {
  for (const tile of document.querySelectorAll('.tile')) {
    const count = (summary[tile.dataset.status] || 0).toLocaleString('en');
    tile.querySelector('.count').textContent = count;
  }
  return summary.PLACED + summary.RESERVED > 0;
}

function showAudit(audit, moving) {
  const wrong = audit.ordersReservedTwice + audit.ordersShippedTwice + audit.ordersSurveyedTwice
    + audit.shippedWithoutShipment + audit.shipmentsWithoutShipped + audit.surveysWithoutShipment;
  const onTheWay = moving || audit.surveys < audit.shipments;
  $('audit').classList.toggle('bad', wrong > 0);
  if (wrong > 0) {
    $('audit').textContent = `The books do not agree: ${audit.ordersReservedTwice} orders reserved twice, `
      + `${audit.ordersShippedTwice} shipped twice, ${audit.ordersSurveyedTwice} surveyed twice, `
      + `${audit.shippedWithoutShipment} shipped without a shipment, ${audit.shipmentsWithoutShipped} shipments too many, `
      + `${audit.surveysWithoutShipment} surveys too many.`;
  } else if (audit.orders === 0) {
    $('audit').textContent = 'Nothing ordered yet.';
  } else {
    $('audit').textContent = `${audit.orders.toLocaleString('en')} orders, ${audit.shipments.toLocaleString('en')} shipments, `
      + `${audit.surveys.toLocaleString('en')} surveys in ${audit.surveyBatches.toLocaleString('en')} batches, none done twice${onTheWay ? '; some are on their way' : ''}.`;
  }
  return onTheWay;
}

function row(order) {
  const tr = document.createElement('tr');
  const before = view.seen.get(order.id);
  if (before && before !== order.status) tr.className = 'moved';
  view.seen.set(order.id, order.status);
  const status = document.createElement('td');
  status.append(text('span', NAMES[order.status], 'badge ' + order.status.toLowerCase()));
  if (order.reason) status.append(text('span', order.reason, 'reason'));
  const time = new Date(order.changedAt);
  const changed = text('td', time.toLocaleTimeString(), 'time');
  changed.title = time.toLocaleString();
  tr.append(text('td', order.id, 'id'), status, text('td', order.article), text('td', order.quantity, 'number'),
    text('td', order.customer, 'customer'), changed);
  tr.setAttribute('role', 'row'); // the small layout is a grid, which would take the table's meaning away
  for (const td of tr.children) td.setAttribute('role', 'cell');
  return tr;
}

function showOrders(list) {
  const pages = Math.max(1, Math.ceil(list.total / list.size));
  if (view.page >= pages) { // the list got shorter
    view.page = pages - 1;
    soon();
    return;
  }
  const shown = JSON.stringify(list);
  $('page-text').textContent = `${view.page + 1} of ${pages}`;
  $('newer').disabled = view.page === 0;
  $('older').disabled = view.page + 1 >= pages;
  $('empty').hidden = list.total > 0;
  if (shown === view.shown) return;
  view.shown = shown;
  if (view.seen.size > 2000) view.seen.clear();
  $('rows').replaceChildren(...list.orders.map(row));
}

function showImport(progress) {
  const running = progress.state === 'RUNNING';
  $('import').disabled = running;
  $('import-bar').hidden = progress.state === 'NONE';
  $('import-bar').max = progress.total || 1;
  $('import-bar').value = progress.placed;
  const counted = `${progress.placed} of ${progress.total} orders placed`;
  const words = {
    NONE: '', RUNNING: counted + '…', FINISHED: counted + '.',
    FAILED: (progress.error || 'The import failed') + '. Its orders so far are placed.'
  };
  if ($('import-text').textContent !== words[progress.state]) $('import-text').textContent = words[progress.state];
  return running;
}

function showLink(up) {
  $('link').className = 'link ' + (up ? 'up' : 'down');
  const words = up ? 'Live' : 'Server out of reach, trying again';
  if ($('link-text').textContent !== words) $('link-text').textContent = words;
}

/* ---- polling ---- */

function soon() {
  clearTimeout(view.timer);
  view.timer = setTimeout(refresh, 0);
}

async function refresh() {
  clearTimeout(view.timer);
  const mine = ++view.refresh;
  let pause = IDLE_POLL_MS;
  try {
    const query = `orders?page=${view.page}&size=${PAGE_SIZE}&status=${view.status}`;
    const [summary, list, progress, audit] = await Promise.all(
      [call('orders/summary'), call(query), call('orders/import'), call('orders/audit')]);
    if (mine !== view.refresh) return; // a later one is under way
    const moving = showSummary(summary);
    showOrders(list);
    const onTheWay = showAudit(audit, moving);
    if (showImport(progress) || onTheWay) pause = BUSY_POLL_MS;
    if (view.failures > 0) alertOf('');
    view.failures = 0;
    showLink(true);
    if ($('article').dataset.loaded !== 'true') loadArticles();
  } catch (e) {
    if (mine !== view.refresh) return;
    view.failures++;
    showLink(false);
    if (view.failures > 1) alertOf(e.message + ' What is shown may be out of date.');
  }
  if (!document.hidden) view.timer = setTimeout(refresh, pause);
}

async function loadArticles() {
  $('article').dataset.loaded = 'true';
  try {
    const articles = await call('orders/articles');
    const chosen = $('article').value;
    const options = articles.map(a => new Option(`${a.code} · ${a.name}`, a.code));
    options.push(new Option('X-404 · not in the catalogue, will fail', 'X-404'));
    $('article').replaceChildren(...options);
    $('article').value = chosen;
  } catch (e) {
    $('article').dataset.loaded = 'false';
  }
}

/* ---- what the user does ---- */

function fieldErrors(problems) {
  const rest = [];
  for (const field of ['customer', 'article', 'quantity']) {
    $(field + '-error').textContent = '';
    $(field).removeAttribute('aria-invalid');
  }
  for (const problem of problems) {
    const place = $(problem.where + '-error');
    if (place) {
      place.textContent = 'Accepted: ' + problem.accepted + '.';
      $(problem.where).setAttribute('aria-invalid', 'true');
    } else {
      rest.push(`${problem.where} ${problem.what}; accepted: ${problem.accepted}`);
    }
  }
  document.querySelector('[aria-invalid=true]')?.focus();
  return rest.join('. ');
}

function wanted() {
  const quantity = $('quantity').value;
  return {
    customer: $('customer').value.trim(),
    article: $('article').value,
    quantity: quantity === '' ? null : Number(quantity)
  };
}

/* Sends what the form says, and shows the answer in words; undone is what to say if there is none. */
async function ask(path, busy, words, undone) {
  const buttons = $('place').querySelectorAll('button');
  const pressed = document.activeElement;
  for (const button of buttons) button.disabled = true;
  $('answer').textContent = busy;
  try {
    const answer = await call(path, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wanted())
    });
    fieldErrors([]);
    $('answer').textContent = words(answer);
    alertOf('');
  } catch (e) {
    $('answer').textContent = '';
    const problems = e.problems || [];
    const rest = fieldErrors(problems);
    if (problems.length === 0 || rest) alertOf(`${undone} ${e.message} ${rest}`);
  } finally {
    for (const button of buttons) button.disabled = false;
    if (document.activeElement === document.body) pressed.focus(); // a disabled button loses the focus
    refresh();
  }
}

function money(cents) {
  return (cents / 100).toLocaleString('en', { style: 'currency', currency: 'EUR' });
}

function quoteInWords({ status, quote, reason }) {
  switch (status) {
    case 'completed':
      return `${quote.quantity} × ${quote.name}: ${money(quote.totalCents)}, ${money(quote.unitPriceCents)} a piece.`;
    case 'refused':
      return `No quote: ${reason}.`;
    default:
      return 'Timed out: no answer yet. The request stays in app:quotes and is handled all the same.';
  }
}

$('place').addEventListener('submit', event => {
  event.preventDefault();
  ask('orders', '', placed => `Order ${placed.id} is placed.`, 'The order was not placed.');
});

$('quote').addEventListener('click', () => {
  ask('quotes', 'Waiting for the quote…', quoteInWords, 'There is no quote.');
});

$('import').addEventListener('click', async () => {
  $('import').disabled = true;
  try {
    showImport(await call('orders/import', { method: 'POST' }));
    alertOf('');
  } catch (e) {
    alertOf('The import did not start. ' + e.message);
  }
  refresh();
});

for (const tile of document.querySelectorAll('.tile')) {
  tile.addEventListener('click', () => {
    const status = tile.dataset.status;
    view.status = view.status === status ? '' : status;
    view.page = 0;
    for (const other of document.querySelectorAll('.tile')) {
      other.setAttribute('aria-pressed', String(other.dataset.status === view.status));
    }
    $('orders-heading').textContent = view.status ? NAMES[view.status] + ' orders' : 'All orders';
    refresh();
  });
}

for (const [id, step] of [['newer', -1], ['older', 1]]) {
  $(id).addEventListener('click', () => {
    view.page = Math.max(0, view.page + step);
    refresh();
  });
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});

refresh();

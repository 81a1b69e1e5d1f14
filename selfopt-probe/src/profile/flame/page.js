(function () {
  'use strict';
  var graph = document.getElementById('graph');
  var query = document.getElementById('query');
  var boxes = Array.prototype.slice.call(graph.querySelectorAll('button'));
  var total = Number(graph.dataset.total);

  function show(at, us) {
    boxes.forEach(function (box) {
      var begin = Number(box.dataset.at);
      var end = begin + Number(box.dataset.us);
      var isAround = begin <= at && end >= at + us && end - begin > us;
      box.hidden = end <= at || begin >= at + us;
      box.classList.toggle('around', isAround);
      var left = Math.max(begin, at);
      box.style.left = ((left - at) / us) * 100 + '%';
      box.style.width = ((Math.min(end, at + us) - left) / us) * 100 + '%';
    });
  }

  function search() {
    var words = query.value.trim().toLowerCase();
    var n = 0;
    boxes.forEach(function (box) {
      var isFound = words !== '' && box.title.toLowerCase().indexOf(words) >= 0;
      box.classList.toggle('found', isFound);
      if (isFound) n += 1;
    });
    graph.classList.toggle('searched', words !== '');
    document.getElementById('matched').textContent = words === '' ? '' : n + ' found';
  }

  graph.addEventListener('click', function (event) {
    var box = event.target.closest('button');
    if (box) show(Number(box.dataset.at), Number(box.dataset.us));
  });
  document.getElementById('all').addEventListener('click', function () {
    show(0, total);
  });
  query.addEventListener('input', search);
  query.form.addEventListener('submit', function (event) {
    event.preventDefault();
  });
})();

<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{{title}}</title>
  <link rel="stylesheet" href="{{root}}static/style.css">
</head>
<body>
<h1>{{title}}</h1>
{{!base}}
</body>
</html>
